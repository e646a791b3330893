using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Rules;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary>The logs that commands read: of a run, or one that was copied away from it.</summary>
internal static class RunLogs
{
    private const int ProblemsShown = 5;

    /// <summary>The argument.</summary>
    public static System.CommandLine.Argument<string> Argument() => new("RUN")
    {
        Description = "Run directory, for instance runs/mnist-mlp-20260101T120000Z, or its log run.clef alone.",
    };

    /// <summary>The log of a run.</summary>
    /// <param name="run">A log, a run directory, or the name of one below the directory of runs.</param>
    /// <returns>The path of the log; a run that has only begun need not have one yet.</returns>
    /// <exception cref="InputException">There is no such run.</exception>
    public static string Locate(string run) => File.Exists(run) ? run : CommonOptions.OpenAny(run).LogPath;

    /// <summary>What a log is called: by its run, or by its own name where it was copied away.</summary>
    /// <param name="path">The log.</param>
    public static string NameOf(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.GetFileName(full) == RunDirectory.LogFileName ? Path.GetFileName(Path.GetDirectoryName(full)!) : Path.GetFileName(full);
    }

    /// <summary>Reads a log as a whole; its damaged lines are told of at the end.</summary>
    /// <param name="path">The log.</param>
    /// <returns>The events that stand.</returns>
    /// <exception cref="InputException">It is missing, cannot be read, or holds no event.</exception>
    public static IEnumerable<TrainingEvent> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InputException($"{path}: is not there; the run has written no log yet.");
        }

        var reader = new LogReader(path);
        bool any = false;
        foreach (TrainingEvent trainingEvent in reader.Read())
        {
            any = true;
            yield return trainingEvent;
        }

        TellProblems(reader.Problems, 0);
        if (reader.EndsMidLine)
        {
            CommonOptions.Notice($"{path}: its last line is cut off and was passed over");
        }

        if (!any)
        {
            throw new InputException($"{path}: holds no event of a run; expected a log in CLEF, as RUN/run.clef.");
        }
    }

    /// <summary>Tells of damaged lines: the first ones, and how many there are.</summary>
    /// <param name="problems">All of them.</param>
    /// <param name="told">How many were told already.</param>
    public static void TellProblems(IReadOnlyList<LogProblem> problems, int told)
    {
        foreach (LogProblem problem in problems.Skip(told).Take(ProblemsShown))
        {
            CommonOptions.Notice($"{problem}");
        }

        if (problems.Count - told > ProblemsShown)
        {
            CommonOptions.Notice($"and {problems.Count - told - ProblemsShown} lines more that are no events");
        }
    }

    /// <summary>The rules of a run, with the thresholds that its log tells.</summary>
    /// <param name="started">Its first event; null where the log has none.</param>
    /// <param name="overrides">Changes to the config, <c>KEY=VALUE</c>.</param>
    /// <returns>A set without a memory yet.</returns>
    public static RuleSet Rules(RunStarted? started, IReadOnlyList<string> overrides)
    {
        try
        {
            string config = started?.Config.ToJsonString() ?? "{}";
            return RuleSet.Create(MonitorRules.From(ConfigReader.Parse(config, "the log's run_started", overrides).Config.Monitor.Rules));
        }
        catch (InputException e) when (overrides.Count == 0)
        {
            CommonOptions.Notice($"its config is not one of this version, so the rules have their default thresholds: {e.Message}");
            return RuleSet.Create(new RuleSettings());
        }
    }
}
