using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;

namespace DistSgd.Calibration;

/// <summary>What the monitor said to a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="First">Step at which each rule spoke first.</param>
internal sealed record Outcome(CorpusRun Run, IReadOnlyDictionary<string, long> First)
{
    /// <summary>Rules that should have spoken and did not.</summary>
    public IEnumerable<string> Missed => Run.Expected.Except(First.Keys);

    /// <summary>Rules that spoke and should not have.</summary>
    public IEnumerable<string> False => First.Keys.Except(Run.Expected).Except(Run.Allowed);

    /// <summary>Steps from the first step of a planted fault, or of the run, to what a rule said.</summary>
    /// <param name="rule">A rule that spoke.</param>
    public long Delay(string rule) => First[rule] - (Run.Fault is { } fault ? long.Parse(fault.Split(':')[2].Split('-')[0], System.Globalization.CultureInfo.InvariantCulture) - 1 : 0);

    /// <summary>Reads the log of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Its folder.</param>
    /// <returns>What was said.</returns>
    public static Outcome Of(CorpusRun run, string folder)
    {
        var first = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (Alert alert in new LogReader(Path.Combine(folder, "run.clef")).Read().OfType<Alert>().Where(alert => alert.State == AlertStates.Raised))
        {
            first.TryAdd(alert.Rule, alert.SeenAtStep);
        }

        return new Outcome(run, first);
    }
}
