using System.Diagnostics;
using System.Runtime.InteropServices;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Cluster;

/// <summary>One command that a service manager may repeat: it begins a run, goes on with it, and is content when it is finished.</summary>
public class ContinueTests : ClusterTest
{
    private string[] Command => ["node", "server", Config, "--run-dir", RunPath(), "--listen", $"unix:{Home}/s", "--continue"];

    [Fact]
    public void The_same_command_begins_goes_on_and_ends()
    {
        string token = Path.Combine(RunPath(), "cluster.token");
        using (Process first = Start([], Command))
        {
            using var cluster = new RunningCluster(first, RunPath());
            cluster.Await("the token", () => File.Exists(token));
            using Process worker = Worker(token);
            cluster.AwaitStep(600);
            Signal(first, PosixSignal.SIGTERM);
            Finish(first).ExitCode.ShouldBe(143);
            Signal(worker, PosixSignal.SIGTERM);
            Finish(worker);
        }

        using (Process second = Start([], Command))
        {
            using var cluster = new RunningCluster(second, RunPath());
            using Process worker = Worker(token);
            ShouldEndLikeTrain(cluster);
            Finish(worker).ExitCode.ShouldBe(0);
        }

        CliResult third = Run(Command);
        third.ExitCode.ShouldBe(0, third.Error);
        third.Error.ShouldContain("the run is finished; nothing is left to do");
        third.Line("parameters").ShouldBe(Reference);
    }

    [Fact]
    public void A_run_of_other_numbers_is_not_gone_on_with()
    {
        Directory.CreateDirectory(RunPath());
        File.WriteAllText(Path.Combine(RunPath(), "config.yaml"), File.ReadAllText(Config).Replace("seed: 5", "seed: 6", StringComparison.Ordinal));
        CliResult result = Run(Command);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain($"{Config}: seed is not what the run in {RunPath()} began with; a run keeps its numbers.");
    }

    [Fact]
    public void A_place_is_needed()
    {
        CliResult result = Run("node", "server", Config, "--listen", $"unix:{Home}/s", "--continue");
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("--run-dir DIR is missing");
    }

    private Process Worker(string token) => Start([], "node", "worker", "--connect", $"unix:{Home}/s", "--token-file", token);
}
