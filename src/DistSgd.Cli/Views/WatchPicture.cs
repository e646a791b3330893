using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using Spectre.Console;

namespace DistSgd.Cli.Views;

/// <summary>What <c>watch</c> shows of a run, for any width: how far it is, its curves, the gradient flow by layer, workers, alerts with advice.</summary>
/// <param name="name">Name of the run.</param>
internal sealed class WatchPicture(string name)
{
    private const int LabelWidth = 13;
    private const int NumberWidth = 11;
    private const int SilentWidth = 13;
    private const int LayersShown = 12;
    private const int WorkersShown = 8;
    private const int AlertsShown = 3;

    /// <summary>Silence from which on a run that has not ended is said to be silent.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    /// <summary>The lines.</summary>
    /// <param name="history">What the log tells so far.</param>
    /// <param name="now">The time.</param>
    /// <param name="width">Most characters of a line.</param>
    /// <param name="unicode">Whether the terminal shows more than ASCII.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<StyledLine> Draw(RunHistory history, DateTimeOffset now, int width, bool unicode) =>
    [
        Head(history, now, width),
        .. Curves(history, width, unicode),
        .. Evaluations(history, width),
        .. Layers(history, width, unicode),
        .. Workers(history, width),
        .. Alerts(history, width),
        .. Actions(history, width),
    ];

    private StyledLine Head(RunHistory history, DateTimeOffset now, int width)
    {
        var line = new StyledLine(width);
        line.Add(Display.Printable(name));
        if (history.LastWindow is { } window)
        {
            line.Add("  " + (history.Started is { } started
                ? string.Create(CultureInfo.InvariantCulture, $"step {window.Step}/{started.StepsTotal}  epoch {window.Epoch}")
                : string.Create(CultureInfo.InvariantCulture, $"step {window.Step}")));
        }

        TimeSpan silence = now - history.LastTime;
        (string state, Color color) = history switch
        {
            { Finished: { } finished } => (finished.Outcome, finished.Outcome is RunOutcomes.Completed or RunOutcomes.EarlyStopped ? Color.Green : Color.Yellow),
            { LastWindow: null } => ("starting", Color.Grey),
            _ when silence > Silence => (string.Create(CultureInfo.InvariantCulture, $"nothing for {silence.TotalSeconds:F0} s"), Color.Yellow),
            _ => ("running", Color.Green),
        };
        return line.Add("  ").Add(state, color);
    }

    private static IEnumerable<StyledLine> Curves(RunHistory history, int width, bool unicode)
    {
        if (history.LastWindow is not { } window)
        {
            yield break;
        }

        yield return Curve("loss", Display.Number(window.LossMean), history.Loss, isLogarithmic: true);
        if (window.Accuracy is { } accuracy)
        {
            yield return Curve("accuracy", Display.Percent(accuracy), history.Accuracy, isLogarithmic: false);
        }

        yield return Curve("gradient", Display.Number(window.GradientNormMean), history.GradientNorm, isLogarithmic: true);
        yield return Curve("samples/s", Display.Count(window.SamplesPerSecond), history.Rate, isLogarithmic: false);

        StyledLine Curve(string label, string value, ThinnedSeries series, bool isLogarithmic) => Labelled(label, width)
            .Add(value.PadLeft(NumberWidth) + "  ")
            .Add(Sparkline.Of(series, Math.Max(1, width - LabelWidth - NumberWidth - 2), unicode, isLogarithmic), Color.Blue);
    }

    private static IEnumerable<StyledLine> Evaluations(RunHistory history, int width) =>
        from split in (string[])[DataSplits.Validation, DataSplits.Test]
        let evaluation = history.LastOf(split)
        where evaluation is not null
        let accuracy = evaluation.Accuracy is { } right ? $", accuracy {Display.Percent(right)}" : ""
        select Labelled(split, width).Add(Display.Number(evaluation.Loss).PadLeft(NumberWidth)).Add(
            string.Create(CultureInfo.InvariantCulture, $"  loss at step {evaluation.Step}{accuracy}"));

    // The bars show orders of magnitude: what fades towards the input gets shorter upwards.
    private static IEnumerable<StyledLine> Layers(RunHistory history, int width, bool unicode)
    {
        double[] norms = [.. history.Layers.Select(layer => layer.GradientNorm.Last)];
        double[] logs = [.. norms.Where(norm => norm > 0 && double.IsFinite(norm)).Select(Math.Log10)];
        if (norms.Length < 2 || logs.Length == 0)
        {
            yield break;
        }

        int room = Math.Max(1, width - LabelWidth - NumberWidth - 2);
        double low = Math.Min(logs.Min(), logs.Max() - 3);
        for (int l = 0; l < Math.Min(norms.Length, LayersShown); l++)
        {
            double share = norms[l] > 0 && double.IsFinite(norms[l]) ? (Math.Log10(norms[l]) - low + 0.1) / (logs.Max() - low + 0.1) : 0;
            yield return Labelled(string.Create(CultureInfo.InvariantCulture, $"|g| layer {l}"), width)
                .Add(Display.Number(norms[l]).PadLeft(NumberWidth) + "  ")
                .Add(new string(unicode ? '━' : '=', (int)Math.Round(share * Math.Max(1, room - SilentWidth))), Color.Aqua)
                .Add(Silent(history.Layers[l]), Color.Yellow);
        }

        if (norms.Length > LayersShown)
        {
            yield return Labelled("", width).Add(string.Create(CultureInfo.InvariantCulture, $"and {norms.Length - LayersShown} layers more"), Color.Grey);
        }
    }

    private static string Silent(LayerHistory layer) => layer.SilentShare.Last is > 0.1 and var share
        ? string.Create(CultureInfo.InvariantCulture, $" {100 * share:F0} % silent")
        : "";

    private static IEnumerable<StyledLine> Workers(RunHistory history, int width)
    {
        var last = new SortedDictionary<string, Membership>(StringComparer.Ordinal);
        foreach ((_, Membership membership) in history.Memberships.Where(one => one.Event.Change != MembershipChanges.Refused))
        {
            last[membership.Worker] = membership;
        }

        bool isOver = history.Finished is not null;
        foreach ((string worker, Membership membership) in last.Take(WorkersShown))
        {
            bool isGone = membership.Change is MembershipChanges.Left or MembershipChanges.Lost or MembershipChanges.Quarantined;
            string shards = membership.Shards.Count > 0 ? $"  shards {ClusterStatusText.Shards(membership.Shards)}" : "";
            string answers = history.Responses.TryGetValue(worker, out ThinnedSeries? times) && !isGone
                ? string.Create(CultureInfo.InvariantCulture, $"  answers in {1e3 * times.Last:G3} ms")
                : "";
            yield return Labelled(worker, width)
                .Add(isGone ? membership.Change : isOver ? "done" : "there", isGone && !isOver ? Color.Red : Color.Green)
                .Add(isGone ? $"  {membership.Reason}" : shards + answers);
        }

        if (last.Count > WorkersShown)
        {
            yield return Labelled("", width).Add(string.Create(CultureInfo.InvariantCulture, $"and {last.Count - WorkersShown} workers more"), Color.Grey);
        }
    }

    private static IEnumerable<StyledLine> Alerts(RunHistory history, int width)
    {
        Alert[] raised = [.. history.Alerts.Where(alert => alert.State == AlertStates.Raised)];
        if (raised.Length == 0)
        {
            yield return Labelled("alerts", width).Add("none", Color.Green);
            yield break;
        }

        if (raised.Length > AlertsShown)
        {
            yield return Labelled("alerts", width).Add(string.Create(CultureInfo.InvariantCulture, $"{raised.Length}, the last {AlertsShown} of them:"));
        }

        foreach (Alert alert in raised.TakeLast(AlertsShown))
        {
            string head = string.Create(CultureInfo.InvariantCulture, $"step {alert.SeenAtStep} {alert.Rule}: ");
            string[] texts = [head + alert.Message, .. alert.Advice is { } advice ? ["advice: " + advice] : Array.Empty<string>()];
            foreach (string text in texts)
            {
                foreach (string part in TextTable.Wrap(Display.Printable(text), Math.Max(1, width - LabelWidth)))
                {
                    yield return Labelled(part == texts[0] || texts[0].StartsWith(part, StringComparison.Ordinal) ? "alert" : "", width)
                        .Add(part, text == texts[0] ? Color.Red : Color.Yellow);
                }
            }
        }
    }

    private static IEnumerable<StyledLine> Actions(RunHistory history, int width) =>
        from action in history.Actions.TakeLast(1)
        let text = string.Create(CultureInfo.InvariantCulture, $"step {action.Step} {action.Action}: {action.Detail ?? action.Reason}")
        from part in TextTable.Wrap(Display.Printable(text), Math.Max(1, width - LabelWidth))
        select Labelled(text.StartsWith(part, StringComparison.Ordinal) ? "action" : "", width).Add(part, Color.Yellow);

    private static StyledLine Labelled(string label, int width) =>
        new StyledLine(width).Add(Display.Printable(label).PadRight(LabelWidth)[..LabelWidth], Color.Grey);
}
