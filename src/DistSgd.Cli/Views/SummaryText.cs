using System.Globalization;
using DistSgd.Hosting.Runs;

namespace DistSgd.Cli.Views;

/// <summary>The result of a run as a person reads it.</summary>
internal static class SummaryText
{
    public static string Of(RunSummary summary, RunDirectory directory)
    {
        var lines = new List<string>
        {
            Row("outcome", summary.Reason is null ? summary.Outcome : $"{summary.Outcome}: {summary.Reason}"),
        };
        AddPart(lines, "test", summary.TestLoss, summary.TestAccuracy);
        AddPart(lines, "validation", summary.ValidationLoss, summary.ValidationAccuracy);
        AddPart(lines, "training", summary.TrainLoss, summary.TrainAccuracy);
        lines.Add(Row(
            "steps",
            string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Steps} ({summary.Epochs:0.##} epochs) in {summary.Seconds:F1} s, {Display.Count(summary.SamplesPerSecond)} samples/s")));
        lines.Add(Row(
            "alerts", summary.Alerts.Count == 0 ? "none" : string.Join(", ", summary.Alerts.Select(alert => $"{alert.Key} × {alert.Value}"))));
        lines.Add(Row("parameters", $"sha256 {summary.ParametersSha256}"));
        lines.Add(Row("run", Display.Path(directory.FullPath)));
        return string.Join('\n', lines);
    }

    private static void AddPart(List<string> lines, string name, double? loss, double? accuracy)
    {
        if (loss is { } value)
        {
            string right = accuracy is { } fraction ? $"accuracy {Display.Percent(fraction)}, " : "";
            lines.Add(Row(name, $"{right}loss {Display.Number(value)}"));
        }
    }

    private static string Row(string name, string value) => $"{name,-11} {value}";
}
