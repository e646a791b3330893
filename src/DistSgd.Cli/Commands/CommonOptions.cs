using System.CommandLine;
using DistSgd.Cli.Views;
using DistSgd.Hosting.Runs;

namespace DistSgd.Cli.Commands;

/// <summary>Options and arguments that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary>Directory that holds the runs.</summary>
    public const string RunsDirectory = "runs";

    public static Option<bool> Json(string description = "Print the result as JSON.") => new("--json") { Description = description };

    public static Argument<string> Run() => new("RUN") { Description = "Run directory, for instance runs/mnist-mlp-20260101T120000Z." };

    /// <summary>The config of a new run, where <see cref="Resume"/> may stand instead.</summary>
    public static Argument<string?> ConfigOrResume() => new("CONFIG")
    {
        Description = "Config file, for instance configs/mnist.yaml. Required without --resume.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Option<string?> NewRunDirectory() => new("--run-dir")
    {
        Description = "Directory of the run; must be new. Default: runs/NAME-UTCSTAMP.",
        HelpName = "DIR",
    };

    public static Option<string?> Resume() => new("--resume")
    {
        Description = "Continue the run in this directory from its newest checkpoint, instead of a CONFIG.",
        HelpName = "RUN",
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Change one key of the config: KEY=VALUE, for instance training.epochs=1 or clip=null. May be repeated.",
        HelpName = "KEY=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Where a study's files go.</summary>
    public static Option<string?> StudyOutput(string standard) => new("--out")
    {
        Description = $"Directory for study.json, CSV files and report.html; must be new or empty. Default: {standard}.",
        HelpName = "DIR",
    };

    /// <summary>Prints a line for people that is no result.</summary>
    public static void Notice(string text) => Console.Error.WriteLine(Display.Printable(text));

    /// <summary>Opens a run by its directory, or by its name below the directory of runs.</summary>
    public static RunDirectory OpenRun(string run) => RunDirectory.Open(Locate(run));

    /// <summary>Opens the run of a cluster, whose server need not have made it one yet.</summary>
    public static RunDirectory OpenCluster(string run) => RunDirectory.OpenCluster(Locate(run));

    /// <summary>Opens either.</summary>
    public static RunDirectory OpenAny(string run) =>
        File.Exists(Path.Combine(Locate(run), RunDirectory.ClusterFileName)) ? OpenCluster(run) : OpenRun(run);

    private static string Locate(string run)
    {
        string below = Path.Combine(RunsDirectory, run);
        bool isName = run.Length > 0 && !Directory.Exists(run) && Directory.Exists(below);
        return isName ? below : run;
    }
}
