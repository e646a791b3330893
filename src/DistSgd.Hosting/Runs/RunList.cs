using System.Globalization;
using System.Text.RegularExpressions;
using DistSgd.Learning;

namespace DistSgd.Hosting.Runs;

/// <summary>How far a run has come.</summary>
public enum RunState
{
    /// <summary>A process is writing it.</summary>
    Running,

    /// <summary>It came to its end: completed, stopped early or stopped by the monitor.</summary>
    Finished,

    /// <summary>The user or the system stopped it; it can be resumed.</summary>
    Interrupted,

    /// <summary>It ended with an error, told in its summary.</summary>
    Failed,

    /// <summary>Its process ended without a word; it can be resumed.</summary>
    Crashed,
}

/// <summary>A line of the list of runs.</summary>
/// <param name="Name">Name of the run.</param>
/// <param name="Directory">Its folder.</param>
/// <param name="Started">When it was started first.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Outcome">How it ended, by its summary; null while it is running and after a crash.</param>
/// <param name="Steps">Completed steps: of the summary, else of the newest checkpoint; null if neither is there.</param>
/// <param name="TestAccuracy">Test accuracy from 0 to 1; null while unknown.</param>
/// <param name="ParametersSha256">Digest of the final parameters; null while unknown.</param>
/// <param name="Problem">What is wrong with the run's files; null if nothing.</param>
public sealed record RunListEntry(
    string Name,
    string Directory,
    DateTimeOffset Started,
    RunState State,
    string? Outcome,
    long? Steps,
    double? TestAccuracy,
    string? ParametersSha256,
    string? Problem);

/// <summary>Finds the runs in a folder.</summary>
public static partial class RunList
{
    /// <summary>Lists the runs, the oldest first. A run whose files are damaged is listed with its problem.</summary>
    /// <param name="baseDirectory">The folder of all runs; it need not exist.</param>
    /// <returns>The runs.</returns>
    /// <exception cref="InputException">The folder cannot be read.</exception>
    public static IReadOnlyList<RunListEntry> Find(string baseDirectory)
    {
        try
        {
            return !Directory.Exists(baseDirectory) ? [] :
            [
                .. Directory.EnumerateDirectories(baseDirectory)
                    .Where(RunDirectory.IsRun)
                    .Select(Describe)
                    .OrderBy(run => run.Started)
                    .ThenBy(run => run.Directory, StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot list the runs in {baseDirectory}: {e.Message}", e);
        }
    }

    private static RunListEntry Describe(string directory)
    {
        using RunDirectory run = RunDirectory.OpenUnchecked(directory);
        string? problem = null;
        RunSummary? summary = RunSummary.Find(run.SummaryPath, message => problem = message);

        // A cluster lives while its supervisor does, also between two lives of its server.
        bool running = RunLock.IsHeld(run.LockPath) || RunLock.IsHeld(run.ClusterLockPath);
        long? lastCheckpoint = CheckpointStore.Steps(run.CheckpointsPath) is [.., long step] ? step : null;
        Match stamped = StampedName().Match(run.Name);
        return new RunListEntry(
            summary?.Name ?? (stamped.Success ? stamped.Groups["name"].Value : run.Name),
            run.FullPath,
            summary?.Started ?? StampOf(stamped) ?? new DirectoryInfo(run.FullPath).CreationTimeUtc,
            running ? RunState.Running : StateOf(summary),
            running ? null : summary?.Outcome,
            running ? lastCheckpoint : summary?.Steps ?? lastCheckpoint,
            running ? null : summary?.TestAccuracy,
            running ? null : summary?.ParametersSha256,
            problem);
    }

    private static RunState StateOf(RunSummary? summary) => summary?.Outcome switch
    {
        null => RunState.Crashed,
        "interrupted" => RunState.Interrupted,
        "failed" => RunState.Failed,
        _ => RunState.Finished,
    };

    private static DateTimeOffset? StampOf(Match stamped) =>
        DateTimeOffset.TryParseExact(
            stamped.Groups["stamp"].Value,
            RunDirectory.StampFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset started) ? started : null;

    [GeneratedRegex(@"^(?<name>.+)-(?<stamp>\d{8}T\d{6}Z)(-\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex StampedName();
}
