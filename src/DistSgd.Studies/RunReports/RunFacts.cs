using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Reports;

namespace DistSgd.Studies.RunReports;

/// <summary>The numbers of a run and what they say.</summary>
internal static class RunFacts
{
    /// <summary>How the run ended and what was found, in two or three sentences.</summary>
    public static string Summary(RunHistory history, IReadOnlyList<Alert> alerts)
    {
        int raised = alerts.Count(alert => alert.State == AlertStates.Raised);
        string alarm = raised == 0 ? "The monitor raised no alert." : string.Create(
            CultureInfo.InvariantCulture,
            $"The monitor raised {raised} {(raised == 1 ? "alert" : "alerts")}: {string.Join(", ", alerts.Where(alert => alert.State == AlertStates.Raised).Select(alert => alert.Rule).Distinct())}.");
        return $"{Result(history)} {alarm}";
    }

    /// <summary>How the run ended, in a sentence.</summary>
    public static string Result(RunHistory history)
    {
        if (history.Finished is not { } finished)
        {
            return history.LastWindow is { } window
                ? string.Create(CultureInfo.InvariantCulture, $"The log ends at step {window.Step}{Of(history.Started?.StepsTotal)}, before the end of the run.")
                : "The log ends before the first steps.";
        }

        string quality = finished.TestAccuracy is { } test ? $", with a test accuracy of {RunReport.Percent(test)}"
            : finished.TestLoss is { } loss ? $", with a test loss of {RunReport.Number(loss)}" : "";
        string reason = finished.Reason is { } why ? $" ({why})" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The run {Verb(finished.Outcome)}{reason} after {finished.Step} steps in {finished.Seconds:F1} s{quality}.");
    }

    /// <summary>The numbers of <c>summary.json</c>, from the log.</summary>
    public static ReportTable Numbers(RunHistory history, IReadOnlyList<Alert> alerts)
    {
        RunFinished? finished = history.Finished;
        Evaluation? training = history.LastOf(DataSplits.Train);
        var raised = alerts.Where(alert => alert.State == AlertStates.Raised).GroupBy(alert => alert.Rule).Select(group => $"{group.Key} × {group.Count()}");
        (string Name, string Value)[] rows =
        [
            ("outcome", finished?.Outcome ?? "not ended"),
            ("steps", Whole(finished?.Step ?? history.LastWindow?.Step)),
            ("seconds", RunReport.Number(finished?.Seconds)),
            ("training loss", RunReport.Number(training?.Loss ?? finished?.TrainLoss ?? history.LastWindow?.LossMean)),
            ("training accuracy", RunReport.Percent(training?.Accuracy ?? history.LastWindow?.Accuracy)),
            ("validation loss", RunReport.Number(finished?.ValidationLoss ?? history.LastOf(DataSplits.Validation)?.Loss)),
            ("validation accuracy", RunReport.Percent(finished?.ValidationAccuracy ?? history.LastOf(DataSplits.Validation)?.Accuracy)),
            ("test loss", RunReport.Number(finished?.TestLoss)),
            ("test accuracy", RunReport.Percent(finished?.TestAccuracy)),
            ("skipped steps", Whole(history.Skipped)),
            ("clipped steps", Whole(history.Clipped)),
            ("alerts", string.Join(", ", raised.DefaultIfEmpty("none"))),
            ("parameters sha256", finished?.ParametersSha256 ?? "-"),
        ];
        return new ReportTable("Numbers", ["Quantity", "Value"], [.. rows.Select(row => (string[])[row.Name, row.Value])]);
    }

    /// <summary>What the losses did.</summary>
    public static string LossReading(RunHistory history)
    {
        (double[] steps, double[] losses) = history.Loss.Points();
        if (losses.Length == 0)
        {
            return "No loss was measured.";
        }

        string training = $"The training loss went from {RunReport.Number(losses[0])} to {RunReport.Number(history.Loss.Last)} in {Whole((long)steps[^1])} steps.";
        if (!history.Evaluations.TryGetValue(DataSplits.Validation, out List<Evaluation>? validation))
        {
            return training;
        }

        Evaluation best = validation.MinBy(evaluation => evaluation.Loss)!;
        return $"{training} The validation loss was lowest at step {Whole(best.Step)} with {RunReport.Number(best.Loss)}, and {RunReport.Number(validation[^1].Loss)} at the end.";
    }

    /// <summary>What the gradients did.</summary>
    public static string GradientReading(RunHistory history)
    {
        if (history.Layers.Count < 2)
        {
            return $"The gradient's norm was {RunReport.Number(history.GradientNorm.Last)} at the end.";
        }

        double ratio = history.Layers[0].GradientNorm.Last / history.Layers[^1].GradientNorm.Last;
        string flow = ratio < 0.1 ? "gradients fade on their way to the input" : ratio > 10 ? "gradients grow on their way to the input" : "gradients reach the input";
        return $"At the end the gradient of the first layer had {RunReport.Number(ratio)} times the norm of the last one's: {flow}.";
    }

    /// <summary>What the units did.</summary>
    public static string ActivationReading(RunHistory history)
    {
        LayerHistory[] measured = [.. history.Layers.Where(layer => layer.SilentShare.Points().Values.Length > 0)];
        if (measured.Length == 0)
        {
            return history.Layers.Any(layer => layer.PreActivationVariance.Points().Values.Length > 0)
                ? "The units of this activation function can neither die nor saturate."
                : "Activations were not measured (monitor.activations_every).";
        }

        double worst = measured.Max(layer => layer.SilentShare.Last);
        return $"At the end {RunReport.Percent(worst)} of the units of {(measured.Length == 1 ? "the hidden layer" : "the worst layer")} passed no gradient; up to half of them is healthy.";
    }

    /// <summary>What learning rate and updates did.</summary>
    public static string UpdateReading(RunHistory history)
    {
        (_, double[] rates) = history.LearningRate.Points();
        return rates.Length == 0 ? "No step was taken."
            : $"The learning rate was {RunReport.Number(rates.Max())} at its highest and {RunReport.Number(history.LearningRate.Last)} at the end. Steps that change weights by about a thousandth are healthy.";
    }

    /// <summary>What the noise says of the batch size.</summary>
    public static string NoiseReading(RunHistory history)
    {
        double scale = history.Noise.Scale.Last;
        if (double.IsNaN(scale) || history.Started is not { } started)
        {
            return "The noise scale was not measured: it needs steps that sum two slices or more (modes sync and backup).";
        }

        string end = $"At the end the noise scale was {RunReport.Number(scale)} examples (95 % interval {RunReport.Number(history.Noise.Low.Last)} to {RunReport.Number(history.Noise.High.Last)}).";
        double batch = started.EpochsTotal is null ? started.BatchSize : Math.Round(history.LargestBatch);
        string verdict = scale > 2 * batch ? "is far below it: a larger batch would take fewer steps."
            : scale < 0.5 * batch ? "is far above it: a smaller batch would take fewer examples."
            : "is close to it.";
        return $"{end} The batch of {batch} {verdict}";
    }

    /// <summary>What was trained, and the config.</summary>
    public static IEnumerable<ReportTable> Setup(RunHistory history)
    {
        if (history.Started is not { } started)
        {
            yield break;
        }

        (string Name, string Value)[] rows =
        [
            ("model", $"{string.Join('-', started.LayerWidths)}, {Whole(started.Parameters)} parameters"),
            ("data", $"{Whole(started.TrainingExamples)} training, {Whole(started.ValidationExamples)} validation and {Whole(started.TestExamples)} test examples, sha256 {started.DataSha256}"),
            ("batch", BatchOf(started)),
            ("cluster", $"{started.Workers} workers, {started.Shards} shards"),
            ("machine", $"{started.Processor}, {started.Cores} cores, {started.VectorBits}-bit vectors, {started.OperatingSystem}, {started.Runtime}"),
            ("program", $"DistSgd {started.ProductVersion}"),
            ("started", history.FirstTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
        ];
        yield return new ReportTable("Run", ["Property", "Value"], [.. rows.Select(row => (string[])[row.Name, row.Value])]);
        yield return new ReportTable("Config", ["Key", "Value"], [.. ConfigKeys.List(started.Config).Select(pair => (string[])[pair.Key, pair.Value])]);
    }

    private static string BatchOf(RunStarted started) => started.EpochsTotal is null
        ? $"{Whole(started.BatchSize)} examples, {Whole(started.StepsPerEpoch)} steps an epoch"
        : $"{Whole(started.BatchSize)} examples and {Whole(started.StepsPerEpoch)} steps in the first epoch, then growing (training.batch_growth)";

    private static string Verb(string outcome) => outcome switch
    {
        RunOutcomes.EarlyStopped => "was stopped early",
        RunOutcomes.StoppedByMonitor => "was stopped by the monitor",
        RunOutcomes.Interrupted => "was interrupted",
        _ => outcome,
    };

    private static string Of(long? total) => total is { } steps ? string.Create(CultureInfo.InvariantCulture, $" of {steps}") : "";

    private static string Whole(long? value) => value is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : "-";
}
