using DistSgd.Monitoring.Events;

namespace DistSgd.Hosting;

/// <summary>Exit codes of the command line, the same for every command.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The run failed in its middle.</summary>
    public const int Failed = 1;

    /// <summary>Usage, config or input error.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by the monitor.</summary>
    public const int StoppedByMonitor = 3;

    /// <summary>Interrupted by SIGINT, after a checkpoint.</summary>
    public const int Interrupted = 130;

    /// <summary>Terminated by SIGTERM, after a checkpoint.</summary>
    public const int Terminated = 143;

    /// <summary>The exit code of a run.</summary>
    /// <param name="outcome">One of <see cref="RunOutcomes"/>.</param>
    /// <param name="reason">Why it ended before its time; names the signal of an interruption.</param>
    /// <returns>The code.</returns>
    public static int Of(string outcome, string? reason) => outcome switch
    {
        RunOutcomes.Completed or RunOutcomes.EarlyStopped => Done,
        RunOutcomes.StoppedByMonitor => StoppedByMonitor,
        RunOutcomes.Interrupted => reason == TrainingRun.SignalTerminate ? Terminated : Interrupted,
        _ => Failed,
    };
}
