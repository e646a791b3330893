using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Reports.Charts;

namespace DistSgd.Studies.RunReports;

/// <summary>The charts of a run, each with the moments on it.</summary>
/// <param name="history">What the log tells.</param>
/// <param name="moments">What is marked on every chart.</param>
internal sealed class RunCharts(RunHistory history, IReadOnlyList<Moment> moments)
{
    private const int HeatColumns = 120;

    private static readonly Axis Steps = new("step");

    /// <summary>Loss and accuracy.</summary>
    public IReadOnlyList<Chart> Losses()
    {
        Curve[] losses = [Curve("training", history.Loss), .. EvaluationCurves(evaluation => evaluation.Loss)];
        Curve[] accuracies = [Curve("training", history.Accuracy, 100), .. EvaluationCurves(evaluation => 100 * evaluation.Accuracy ?? double.NaN)];
        return Charts(
            Lines("Loss", "Mean loss over the steps: of the training windows, and of each evaluation.", new Axis("loss") { IsLogarithmic = true }, losses),
            Lines("Accuracy", "Share classified correctly over the steps.", new Axis("accuracy in percent"), accuracies));
    }

    /// <summary>Norms of the gradient as a whole, by layer, and over the depth.</summary>
    public IReadOnlyList<Chart> Gradients() => Charts(
        Lines(
            "Gradient norm",
            "Norm of the mean gradient before clipping: mean and largest of each window.",
            new Axis("norm") { IsLogarithmic = true },
            [Curve("mean", history.GradientNorm), Curve("largest", history.GradientNormMax) with { Style = CurveStyle.Dashed }]),
        Lines(
            "Gradient norm by layer",
            "Mean norm of each layer's weight gradient; layer 0 is next to the input.",
            new Axis("norm") { IsLogarithmic = true },
            [.. history.Layers.Select((layer, l) => Curve($"layer {l}", layer.GradientNorm))]),
        Depth());

    /// <summary>How the units of each layer respond.</summary>
    public IReadOnlyList<Chart> Activations() => Charts(
        Lines(
            "Variance of the pre-activations by layer",
            "Over the units of a layer and a fixed sample of training examples. At the start the layers should be alike.",
            new Axis("variance") { IsLogarithmic = true },
            [.. history.Layers.Select((layer, l) => Curve($"layer {l}", layer.PreActivationVariance))]),
        Lines(
            "Silent units by layer",
            "Share of a layer's units that pass no gradient: ReLUs that are active on fewer than 1 % of the examples, saturated tanh and sigmoid units.",
            new Axis("units in percent") { Minimum = 0 },
            [.. history.Layers.Select((layer, l) => Curve($"layer {l}", layer.SilentShare, 100))]));

    /// <summary>The gradient's noise.</summary>
    public IReadOnlyList<Chart> Noise() => Charts(
        Lines(
            "Gradient noise scale",
            "tr Σ / ‖G‖², in examples, smoothed over the last steps, with its 95 % interval. Up to about this batch size, twice the batch takes half the steps.",
            new Axis("examples") { IsLogarithmic = true },
            [
                Curve("noise scale", history.Noise.Scale),
                Curve("lower end", history.Noise.Low) with { Style = CurveStyle.Dashed },
                Curve("upper end", history.Noise.High) with { Style = CurveStyle.Dashed },
            ]),
        Lines(
            "Gradient tests of slices",
            "Spread of the single examples' gradients about a slice's mean, over its norm: the part along the mean and the part across it. Above 1 a slice is more noise than signal.",
            new Axis("relative deviation") { IsLogarithmic = true },
            [
                Curve("norm test θ", history.Noise.NormTest),
                Curve("inner-product test θ", history.Noise.InnerProductTest),
                Curve("orthogonality test ν", history.Noise.OrthogonalityTest),
            ]));

    /// <summary>Learning rate, updates beside weights, age of gradients.</summary>
    public IReadOnlyList<Chart> Updates()
    {
        bool isStale = history.Staleness.Points().Values.Any(age => age > 0);
        return Charts(
            Lines("Learning rate", "Learning rate over the steps, schedule included.", new Axis("learning rate") { Minimum = 0 }, [Curve("learning rate", history.LearningRate)]),
            Lines(
                "Update over weights by layer",
                "Norm of a step's change of the weight matrix over the norm of the matrix; about 0.001 is healthy.",
                new Axis("ratio") { IsLogarithmic = true },
                [.. history.Layers.Select((layer, l) => Curve($"layer {l}", layer.UpdateRatio))]),
            isStale ? Lines("Age of gradients", "Mean number of updates between computing a gradient and applying it.", new Axis("updates"), [Curve("mean age", history.Staleness)]) : null);
    }

    /// <summary>Who was there when, and how fast it went.</summary>
    public IReadOnlyList<Chart> Workers() => Charts(
        WorkerTimes.Chart(history, moments),
        Lines(
            "Time of a step by phase",
            "Of the mean worker: computing, the way there and back (exchange), waiting for the others and the server. Of the server: summing the slices (reduce), changing the parameters (update).",
            new Axis("milliseconds") { Minimum = 0 },
            [
                Curve("whole step", history.Phases.Step, 1e3) with { Style = CurveStyle.Dashed },
                Curve("compute", history.Phases.Compute, 1e3),
                Curve("exchange", history.Phases.Exchange, 1e3),
                Curve("wait", history.Phases.Wait, 1e3),
                Curve("reduce", history.Phases.Reduce, 1e3),
                Curve("update", history.Phases.Update, 1e3),
            ]),
        Lines(
            "Time of an answer",
            "Mean time from the server's command to the last slice of each worker: computing, waiting for a core, and both ways through the network.",
            new Axis("milliseconds") { Minimum = 0 },
            [.. history.Responses.Take(WorkerTimes.WorkersShown).Select(worker => Curve(worker.Key, worker.Value, 1e3))]),
        Lines("Samples per second", "Examples trained in a second of wall time, by window.", new Axis("samples/s"), [Curve("samples/s", history.Rate)]));

    private Chart? Depth()
    {
        (double[] Steps, double[] Values)[] layers = [.. history.Layers.Select(layer => layer.GradientNorm.Points())];
        double last = layers.Length == 0 ? 0 : layers.Max(layer => layer.Steps.LastOrDefault());
        if (layers.Length < 2 || last <= 0)
        {
            return null;
        }

        int columns = (int)Math.Min(HeatColumns, layers.Max(layer => layer.Steps.Length));
        double width = last / columns;
        double[] Row((double[] Steps, double[] Values) layer)
        {
            double[] sums = new double[columns], counts = new double[columns];
            for (int i = 0; i < layer.Steps.Length; i++)
            {
                int column = Math.Min(columns - 1, (int)((layer.Steps[i] - 1) / width));
                double value = Math.Log10(layer.Values[i]);
                sums[column] += double.IsFinite(value) ? value : 0;
                counts[column] += double.IsFinite(value) ? 1 : 0;
            }

            return [.. sums.Zip(counts, (sum, count) => sum / count)];
        }

        return new HeatMap
        {
            Title = "Gradient flow over depth",
            Description = "Colour is the power of ten of the weight-gradient norm: layers from the input (below) to the output (above), steps to the right. Bright above and dark below means that gradients fade towards the input.",
            X = Steps,
            Y = new Axis("layer"),
            ValueLabel = "log₁₀ of the norm",
            Field = new GridField(
                [.. Enumerable.Range(0, columns).Select(c => (c + 0.5) * width)],
                [.. Enumerable.Range(0, layers.Length).Select(l => (double)l)],
                [.. layers.Select(Row)]),
            Moments = moments,
        };
    }

    private IEnumerable<Curve> EvaluationCurves(Func<Evaluation, double> value) =>
        from split in history.Evaluations.OrderBy(split => split.Key, StringComparer.Ordinal)
        let isFinalOnly = split.Value.Count == 1
        select new Curve(
            split.Key == DataSplits.Train ? "training at the end" : split.Key,
            [.. split.Value.Select(evaluation => (double)evaluation.Step)],
            [.. split.Value.Select(value)])
        {
            Style = isFinalOnly ? CurveStyle.Markers : CurveStyle.LineAndMarkers,
        };

    private LineChart? Lines(string title, string description, Axis y, Curve[] curves)
    {
        Curve[] shown = [.. curves.Where(curve => curve.Y.Any(double.IsFinite))];
        return shown.Length == 0 ? null : new LineChart { Title = title, Description = description, X = Steps, Y = y, Curves = shown, Moments = moments };
    }

    private static Curve Curve(string name, ThinnedSeries series, double factor = 1)
    {
        (double[] steps, double[] values) = series.Points();
        return new Curve(name, steps, factor == 1 ? values : [.. values.Select(value => factor * value)]);
    }

    private static IReadOnlyList<Chart> Charts(params Chart?[] charts) => [.. charts.OfType<Chart>()];
}
