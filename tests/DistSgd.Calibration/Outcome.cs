using System.Diagnostics;
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

    /// <summary>Trains the run and reads its log.</summary>
    /// <param name="run">The run.</param>
    /// <param name="configs">Folder of the shipped configs.</param>
    /// <param name="folder">Where the run's folder goes.</param>
    /// <returns>What was said.</returns>
    /// <exception cref="InvalidOperationException">The run did not come about.</exception>
    public static Outcome Of(CorpusRun run, string configs, string folder)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "distsgd")) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["train", Path.Combine(configs, run.Config), "--run-dir", folder, .. run.Settings.SelectMany(setting => (string[])["--set", setting])])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode is not (0 or 3))
        {
            throw new InvalidOperationException($"{run.Name}: exit code {process.ExitCode}: {said}");
        }

        var first = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (Alert alert in new LogReader(Path.Combine(folder, "run.clef")).Read().OfType<Alert>().Where(alert => alert.State == AlertStates.Raised))
        {
            first.TryAdd(alert.Rule, alert.SeenAtStep);
        }

        return new Outcome(run, first);
    }
}
