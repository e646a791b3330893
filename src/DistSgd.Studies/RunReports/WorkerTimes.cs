using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Reports;
using DistSgd.Reports.Charts;

namespace DistSgd.Studies.RunReports;

/// <summary>When each worker took part.</summary>
internal static class WorkerTimes
{
    /// <summary>Workers that are drawn; more would hide each other.</summary>
    public const int WorkersShown = 64;

    private const int RowsMax = 200;

    /// <summary>In plain words.</summary>
    /// <param name="history">What the log tells.</param>
    public static string Reading(RunHistory history)
    {
        int names = history.Memberships.Where(one => one.Event.Change == MembershipChanges.Joined).Select(one => one.Event.Worker).Distinct().Count();
        int lost = history.Memberships.Count(one => one.Event.Change == MembershipChanges.Lost);
        int refused = history.Memberships.Count(one => one.Event.Change == MembershipChanges.Refused);
        string losses = lost == 0 ? "none was lost" : string.Create(CultureInfo.InvariantCulture, $"workers were lost {lost} times");
        string refusals = refused == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {refused} peers were refused");
        int quarantined = history.Memberships.Count(one => one.Event.Change == MembershipChanges.Quarantined);
        string quarantines = quarantined == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {quarantined} put into quarantine");
        return string.Create(CultureInfo.InvariantCulture, $"{names} workers took part; {losses}{quarantines}{refusals}.{Phases(history)}");
    }

    private static string Phases(RunHistory history)
    {
        PhaseTimes phases = history.Phases;
        double step = phases.Step.Last;
        return double.IsNaN(step) || step <= 0 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $" At the end a step took {1e3 * step:G3} ms, of which the mean worker computed {1e3 * phases.Compute.Last:G3} ms, exchanged {1e3 * phases.Exchange.Last:G3} ms and waited {1e3 * phases.Wait.Last:G3} ms.");
    }

    /// <summary>A line for each worker while it took part, from step to step; null without workers.</summary>
    /// <param name="history">What the log tells.</param>
    /// <param name="moments">What is marked on every chart.</param>
    public static Chart? Chart(RunHistory history, IReadOnlyList<Moment> moments)
    {
        var since = new Dictionary<string, long>();
        var spans = new SortedDictionary<string, List<(long From, long To)>>(StringComparer.Ordinal);
        void End(string worker, long step)
        {
            if (since.Remove(worker, out long from))
            {
                spans[worker].Add((from, step));
            }
        }

        foreach ((long step, Membership membership) in history.Memberships)
        {
            if (membership.Change == MembershipChanges.Joined)
            {
                End(membership.Worker, step);
                since[membership.Worker] = step;
                spans.TryAdd(membership.Worker, []);
            }
            else if (membership.Change is MembershipChanges.Left or MembershipChanges.Lost or MembershipChanges.Quarantined)
            {
                End(membership.Worker, step);
            }
        }

        long last = history.LastWindow?.Step ?? 0;
        foreach (string worker in since.Keys.ToArray())
        {
            End(worker, last);
        }

        Curve[] curves = [.. spans.Take(WorkersShown).Select((worker, row) => new Curve(
            worker.Key,
            [.. worker.Value.SelectMany(span => (double[])[span.From, span.To, span.To])],
            [.. worker.Value.SelectMany(span => (double[])[row, row, double.NaN])]) { Style = CurveStyle.LineAndMarkers })];
        return curves.Length == 0 ? null : new LineChart
        {
            Title = "Workers over the steps",
            Description = "Each line is a worker, from the step at which it joined to the step at which it left, was lost, or the run ended.",
            X = new Axis("step"),
            Y = new Axis("worker, from 0") { Minimum = -0.5, Maximum = curves.Length - 0.5 },
            Curves = curves,
            Moments = moments,
        };
    }

    /// <summary>Who came and went.</summary>
    /// <param name="history">What the log tells.</param>
    public static IReadOnlyList<ReportTable> Tables(RunHistory history) => history.Memberships.Count == 0 ? [] :
    [
        new ReportTable(
            history.Memberships.Count > RowsMax ? string.Create(CultureInfo.InvariantCulture, $"The first {RowsMax} of {history.Memberships.Count} changes") : "Changes",
            ["Step", "Time", "Worker", "Change", "Shards", "Reason"],
            [.. history.Memberships.Take(RowsMax).Select(one => (string[])[
                one.Step.ToString(CultureInfo.InvariantCulture),
                one.Event.Time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
                one.Event.Worker,
                one.Event.Change,
                one.Event.Shards.Count > 0 ? string.Join(", ", one.Event.Shards) : "-",
                one.Event.Reason ?? "-",
            ])]),
    ];
}
