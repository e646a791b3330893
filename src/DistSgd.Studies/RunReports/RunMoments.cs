using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Reports;
using DistSgd.Reports.Charts;

namespace DistSgd.Studies.RunReports;

/// <summary>What happened in a run, numbered in its order: alerts, actions of the server, resumptions. The numbers stand on every chart.</summary>
internal sealed class RunMoments
{
    /// <summary>Moments that are drawn on charts; more would hide the curves.</summary>
    private const int OnChartsMax = 40;

    /// <summary>Rows of a table of moments.</summary>
    private const int RowsMax = 200;

    private readonly IReadOnlyList<Alert> _alerts;
    private readonly List<(Moment Moment, string Kind, Alert? Alert, TrainingAction? Action)> _all = [];

    /// <summary>Numbers what happened.</summary>
    /// <param name="history">What the log tells.</param>
    /// <param name="alerts">What the rules say to it.</param>
    public RunMoments(RunHistory history, IReadOnlyList<Alert> alerts)
    {
        _alerts = alerts;
        IEnumerable<(long Step, string Kind, string Text, Alert? Alert, TrainingAction? Action)> happened =
        [
            .. alerts.Select(alert => (alert.SeenAtStep, "alert", $"{alert.Rule} {alert.State}: {alert.Message}", (Alert?)alert, (TrainingAction?)null)),
            .. Condensed(history.Actions).Select(action => (action.Step, "action", $"{action.Action}: {action.Detail ?? action.Reason}", (Alert?)null, (TrainingAction?)action)),
            .. history.Resumes.Select(step => (step, "resumed", $"resumed after step {step}", (Alert?)null, (TrainingAction?)null)),
        ];
        foreach ((long step, string kind, string text, Alert? alert, TrainingAction? action) in happened.OrderBy(one => one.Step))
        {
            _all.Add((new Moment(_all.Count + 1, step, text), kind, alert, action));
        }
    }

    /// <summary>Those that are drawn.</summary>
    public IReadOnlyList<Moment> OnCharts => [.. _all.Take(OnChartsMax).Select(one => one.Moment)];

    /// <summary>What the monitor found, in plain words.</summary>
    public string Reading
    {
        get
        {
            Alert[] raised = [.. _alerts.Where(alert => alert.State == AlertStates.Raised)];
            if (raised.Length == 0)
            {
                return _all.Count == 0 ? "No rule of the monitor had anything to say." : "No rule of the monitor had anything to say; what else happened stands below.";
            }

            Alert worst = raised.FirstOrDefault(alert => alert.Severity == AlertSeverities.Critical) ?? raised[0];
            string advice = worst.Advice is { } fix ? $" What to try: {fix}." : "";
            string cause = worst.LikelyCause is { } likely ? $" Most likely: {likely}." : "";
            string more = raised.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" It was one of {raised.Length} alerts.") : "";
            return string.Create(CultureInfo.InvariantCulture, $"The monitor raised {worst.Rule} at step {worst.SeenAtStep}: {worst.Message}.{cause}{advice}{more}");
        }
    }

    /// <summary>The tables.</summary>
    public IReadOnlyList<ReportTable> Tables => _all.Count == 0 ? [] :
    [
        new ReportTable(
            _all.Count > RowsMax ? string.Create(CultureInfo.InvariantCulture, $"The first {RowsMax} of {_all.Count} moments, by number on the charts") : "By number on the charts",
            ["No.", "Step", "Kind", "What", "Where", "Likely cause", "Advice"],
            [.. _all.Take(RowsMax).Select(one => (string[])[
                one.Moment.Number.ToString(CultureInfo.InvariantCulture),
                one.Moment.X.ToString("F0", CultureInfo.InvariantCulture),
                one.Alert is { } alert ? alert.Severity : one.Kind,
                one.Moment.Text,
                Where(one.Alert, one.Action),
                one.Alert?.State == AlertStates.Raised ? one.Alert.LikelyCause ?? "-" : "-",
                one.Alert?.State == AlertStates.Raised ? one.Alert.Advice ?? "-" : "-",
            ])]),
    ];

    private static string Where(Alert? alert, TrainingAction? action)
    {
        int? layer = alert?.Layer ?? action?.Layer;
        int? shard = alert?.Shard ?? action?.Shard;
        IReadOnlyList<int> examples = alert?.Examples ?? action?.Examples ?? [];
        string[] parts =
        [
            layer is { } l ? string.Create(CultureInfo.InvariantCulture, $"layer {l}") : "",
            alert?.Worker ?? action?.Worker ?? "",
            shard is { } s ? string.Create(CultureInfo.InvariantCulture, $"shard {s}") : "",
            examples.Count > 0 ? $"examples {string.Join(", ", examples.Take(12))}{(examples.Count > 12 ? " …" : "")}" : "",
        ];
        string where = string.Join(", ", parts.Where(part => part.Length > 0));
        return where.Length > 0 ? where : "-";
    }

    // A bad stretch brings the same action step after step.
    private static IEnumerable<TrainingAction> Condensed(IReadOnlyList<TrainingAction> actions) =>
        actions.Where((action, i) => i == 0 || actions[i - 1].Action != action.Action || action.Step - actions[i - 1].Step > 1);
}
