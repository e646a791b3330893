using System.Globalization;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Cli.Views;

/// <summary>The result of a run as a person reads it.</summary>
internal static class SummaryText
{
    /// <summary>The lines of a summary.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="directory">The run's directory.</param>
    /// <param name="firstStep">Steps that an earlier life of the run had completed: times and rates do not cover them.</param>
    /// <returns>The text, without a final line end.</returns>
    public static string Of(RunSummary summary, RunDirectory directory, long firstStep)
    {
        var lines = new List<string>
        {
            Row("outcome", summary.Reason is null ? summary.Outcome : $"{summary.Outcome}: {summary.Reason}"),
        };
        string last = firstStep > 0 ? $", the last {summary.Steps - firstStep} of them" : "";
        AddPart(lines, DataPart.Test, summary.TestLoss, summary.TestAccuracy);
        AddPart(lines, DataPart.Validation, summary.ValidationLoss, summary.ValidationAccuracy);
        AddPart(lines, DataPart.Training, summary.TrainLoss, summary.TrainAccuracy);
        lines.Add(Row(
            "steps",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Steps} ({summary.Epochs:0.##} epochs){last} in {summary.Seconds:F1} s, {Display.Count(summary.SamplesPerSecond)} samples/s")));
        lines.Add(Row(
            "alerts", Alerts(summary.Alerts)));
        lines.Add(Row("parameters", $"sha256 {summary.ParametersSha256}"));
        lines.Add(Row("run", Display.Path(directory.FullPath)));
        return string.Join('\n', lines);
    }

    private static void AddPart(List<string> lines, DataPart part, double? loss, double? accuracy)
    {
        if (loss is { } value)
        {
            string right = accuracy is { } fraction ? $"accuracy {Display.Percent(fraction)}, " : "";
            lines.Add(Row(Display.Part(part), $"{right}loss {Display.Number(value)}"));
        }
    }

    private static string Row(string name, string value) => $"{name,-11} {Display.Printable(value)}";

    /// <summary>How many alerts there were, by rule.</summary>
    public static string Alerts(IReadOnlyDictionary<string, int> alerts) =>
        alerts.Count == 0 ? "none" : string.Join(", ", alerts.Select(alert => $"{alert.Key} × {alert.Value}"));
}
