using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Cli.Views;

/// <summary>An alert with what it knows: where it was, what most likely is behind it, what to do.</summary>
internal static class AlertText
{
    /// <summary>Most examples that are named.</summary>
    private const int ExamplesShown = 12;

    /// <summary>The lines of an alert.</summary>
    /// <param name="alert">The alert.</param>
    /// <returns>Lines ready to be printed, without a final line end.</returns>
    public static string Of(Alert alert)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"step {alert.SeenAtStep,-7} {alert.Severity,-8} {alert.Rule} {alert.State}: {alert.Message}"),
        };
        if (alert.State == AlertStates.Raised)
        {
            Add("where", Where(alert));
            Add("cause", alert.LikelyCause);
            Add("advice", alert.Advice);
        }

        return string.Join('\n', lines.Select(Display.Printable));

        void Add(string name, string? text)
        {
            if (text is { Length: > 0 })
            {
                lines.Add($"  {name,-7}{text}");
            }
        }
    }

    private static string Where(Alert alert)
    {
        var parts = new List<string>();
        if (alert.Layer is { } layer)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"layer {layer}"));
        }

        if (alert.Worker is { } worker)
        {
            parts.Add(worker);
        }

        if (alert.Shard is { } shard)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"shard {shard}"));
        }

        if (alert.Examples is { Count: > 0 } examples)
        {
            string more = examples.Count > ExamplesShown ? string.Create(CultureInfo.InvariantCulture, $" and {examples.Count - ExamplesShown} more") : "";
            parts.Add($"examples {string.Join(", ", examples.Take(ExamplesShown))}{more}");
        }

        return string.Join(", ", parts);
    }
}
