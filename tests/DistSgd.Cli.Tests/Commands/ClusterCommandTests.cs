using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistSgd.Cli.Tests.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Supervision;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public class ClusterCommandTests : ProgramTest
{
    private const string Blobs = """
        name: blobs
        data:     { source: blobs, examples: 3000, test_examples: 200, classes: 4, features: 8, noise: 0.4 }
        model:    { hidden: [32] }
        training: { batch_size: 16, epochs: 150, checkpoint_every: 500, early_stopping: null }
        """;

    private const int Steps = 22500;

    private static readonly Lock ReferenceLock = new();
    private static string? _reference;

    public ClusterCommandTests() => Write("blobs.yaml", Blobs);

    [Fact]
    public void Killed_nodes_come_back_and_the_parameters_are_those_of_one_process()
    {
        CliResult result;
        using (Process cluster = Start([], "cluster", "up", "blobs.yaml", "--workers", "3", "--run-dir", "run", "--json"))
        {
            AwaitSteps("run", 1000);
            Kill("run", "worker-1");
            Await(() => Node("run", "worker-1")["restarts"]!.GetValue<int>() == 1, "restart of worker-1");
            Kill("run", "server");
            Await(() => Node("run", "server")["restarts"]!.GetValue<int>() == 1, "restart of the server");
            result = Finish(cluster);
        }

        Sha(result).ShouldBe(Reference());
        result.Error.ShouldStartWith("blobs: 8-32-4, 420 parameters; 2,400 training examples in 4 shards, 3 workers, batch 16\nrun run\n");
        result.Error.ShouldContain("\n3 workers joined\n");
        result.Error.ShouldContain("worker-1 lost (");
        result.Error.ShouldContain("\nworker-1 was killed by SIGKILL; started again as process ");
        result.Error.ShouldContain("\nthe server was killed by SIGKILL; started again as process ");
        result.Error.ShouldContain("\nresumed after step ");
        Run("cluster", "status", "run").Line("state").ShouldBe("finished: completed");
        File.Exists(Path.Combine(Home, "run", "server.sock")).ShouldBeFalse();
    }

    [Fact]
    public void Ctrl_c_writes_a_checkpoint_and_the_cluster_goes_on_with_another_number_of_workers()
    {
        CliResult interrupted;
        using (Process cluster = Start([], "cluster", "up", "blobs.yaml", "--run-dir", "cut"))
        {
            AwaitSteps("cut", 500);
            Signal(cluster, PosixSignal.SIGINT);
            interrupted = Finish(cluster);
        }

        interrupted.ExitCode.ShouldBe(ExitCodes.Interrupted, interrupted.Error);
        interrupted.Error.ShouldContain("SIGINT: stopping after this step with a checkpoint; once more to stop at once.");
        interrupted.Error.TrimEnd().ShouldEndWith("continue with: distsgd cluster up --resume cut");
        interrupted.Line("outcome").ShouldBe("interrupted: SIGINT");
        long done = long.Parse(interrupted.Line("steps").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

        CliResult resumed = Run("cluster", "up", "--resume", "cut", "--workers", "1");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Error.ShouldContain(", 1 worker, batch 16\nrun cut\n");
        resumed.Line("parameters").ShouldBe($"sha256 {Reference()}");
        resumed.Line("steps").ShouldStartWith($"{Steps} (150 epochs), the last {Steps - done} of them in ");
    }

    [Fact]
    public void A_second_signal_ends_everything_at_once()
    {
        using Process cluster = Start([], "cluster", "up", "blobs.yaml", "--run-dir", "run");
        AwaitSteps("run", 10);
        (int Id, DateTimeOffset Started)[] nodes = Processes("run");
        Shell($"kill -STOP {Node("run", "server")["pid"]}");
        Signal(cluster, PosixSignal.SIGTERM);
        Thread.Sleep(1000); // two that come at once are one that was sent to the process and to its group
        Signal(cluster, PosixSignal.SIGTERM);
        Finish(cluster).ExitCode.ShouldBe(ExitCodes.Terminated);
        nodes.ShouldAllBe(node => !IsThere(node));
    }

    [SkippableFact]
    public void In_the_background_a_cluster_is_looked_at_ended_and_continued()
    {
        Skip.If(OperatingSystem.IsWindows(), "needs a Unix");
        CliResult up = Run("cluster", "up", "blobs.yaml", "--workers", "2", "--run-dir", "run", "--set", "training.epochs=2000", "--detach");
        up.ExitCode.ShouldBe(0, up.Error);
        up.Error.ShouldBeEmpty();
        up.Line("stop").ShouldBe("distsgd cluster down run");
        (int Id, DateTimeOffset Started)[] nodes = Processes("run");
        nodes.Length.ShouldBe(3);

        CliResult status = Run("cluster", "status", "run");
        status.Line("state").ShouldBe("running with 2 of 2 workers");
        status.Line("worker-0").ShouldMatch(@"^worker +\d+ +joined +0, 1 +0$");
        JsonObject json = JsonNode.Parse(Run("cluster", "status", "run", "--json").Output)!.AsObject();
        json["state"]!.GetValue<string>().ShouldBe("running");
        json["nodes"]!.AsArray().Count.ShouldBe(3);
        Run("cluster", "up", "--resume", "run").Error.ShouldContain("belongs to a cluster that is running, supervised by process ");

        CliResult down = Run("cluster", "down", "run");
        down.ExitCode.ShouldBe(0, down.Error);
        down.Output.ShouldStartWith("run is down after step ");
        down.Error.Trim().ShouldBe("continue with: distsgd cluster up --resume run");
        nodes.ShouldAllBe(node => !IsThere(node));
        Run("cluster", "status", "run").Line("state").ShouldBe("interrupted");
        File.ReadAllText(Path.Combine(Home, "run", "cluster.log")).ShouldContain("SIGTERM: stopping after this step with a checkpoint");

        CliResult again = Run("cluster", "down", "run");
        again.ExitCode.ShouldBe(ExitCodes.BadInput);
        again.Error.ShouldEndWith("nothing is running; the cluster has ended.\n");
    }

    [Fact]
    public void The_nodes_of_a_killed_supervisor_end_by_themselves_and_the_run_goes_on_later()
    {
        using (Process cluster = Start([], "cluster", "up", "blobs.yaml", "--workers", "2", "--run-dir", "run"))
        {
            AwaitSteps("run", 500);
            cluster.Kill();
            cluster.WaitForExit();
        }

        (int Id, DateTimeOffset Started)[] nodes = Processes("run");
        Await(() => nodes.All(node => !IsThere(node)), "end of the nodes");
        Run("cluster", "status", "run").Line("state").ShouldBe("crashed: its supervisor is gone; its nodes have ended with a checkpoint");
        Sha(Run("cluster", "up", "--resume", "run", "--json")).ShouldBe(Reference());
    }

    [SkippableTheory]
    [InlineData("--workers 2")]
    [InlineData("--workers 2 --detach")]
    public void Where_the_data_are_missing_one_message_stays_and_nothing_else(string options)
    {
        Skip.If(OperatingSystem.IsWindows() && options.EndsWith("--detach", StringComparison.Ordinal), "needs a Unix");
        Write("lost.yaml", "data: { source: csv, path: nowhere.csv }\n");
        CliResult result = Run(["cluster", "up", "lost.yaml", .. options.Split(' ')]);
        result.ExitCode.ShouldBe(ExitCodes.BadInput);
        result.Error.ShouldBe($"distsgd: lost.yaml:1: data.path: {Path.Combine(Home, "nowhere.csv")}: no such file\n");
        result.Output.ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Path.Combine(Home, "runs")).ShouldBeEmpty();
    }

    [SkippableFact]
    public void On_a_terminal_nothing_is_lost_and_nothing_is_left()
    {
        CliResult result = RunOnTerminal("cluster", "up", Path.Combine(Home, "blobs.yaml"), "--run-dir", "run", "--set", "training.epochs=40");
        result.ExitCode.ShouldBe(0, result.Output);
        Screen screen = new Screen(80).Write(result.Output);
        string shown = string.Join('\n', screen.Rows);
        screen.Rows.ShouldContain("2 workers joined", shown);
        screen.Rows.Count(row => row.Contains(": validation: loss ", StringComparison.Ordinal)).ShouldBe(40, shown);
        result.Output.ShouldContain(" elapsed");
        shown.ShouldNotContain(" elapsed");
        shown.ShouldContain("\noutcome     completed\n");
    }

    private static string Sha(CliResult result)
    {
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("parameters_sha256").GetString()!;
    }

    private static void Await(Func<bool> condition, string what) =>
        SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)).ShouldBeTrue($"no {what}");

    private static bool IsThere((int Id, DateTimeOffset Started) process) =>
        LocalProcess.Look(process.Id, process.Started) != ProcessActivity.Gone;

    /// <summary>What the run gives in one process.</summary>
    private string Reference()
    {
        lock (ReferenceLock)
        {
            return _reference ??= Sha(Run("train", "blobs.yaml", "--run-dir", "reference", "--json"));
        }
    }

    private JsonObject Describe(string run) => JsonNode.Parse(File.ReadAllText(Path.Combine(Home, run, "cluster.json")))!.AsObject();

    private JsonNode Node(string run, string name) => Describe(run)["nodes"]!.AsArray().Single(node => node!["name"]!.GetValue<string>() == name)!;

    private (int Id, DateTimeOffset Started)[] Processes(string run) =>
        [.. Describe(run)["nodes"]!.AsArray().Select(node => (node!["pid"]!.GetValue<int>(), node["started"]!.GetValue<DateTimeOffset>()))];

    private void Kill(string run, string name)
    {
        using var process = Process.GetProcessById(Node(run, name)["pid"]!.GetValue<int>());
        process.Kill();
    }

    private void AwaitSteps(string run, int steps) => Await(() => StepsOf(Path.Combine(Home, run, "run.clef")) >= steps, $"step {steps}");

    // The windows of ten steps are counted, not read.
    private static int StepsOf(string log)
    {
        if (!File.Exists(log))
        {
            return 0;
        }

        using var file = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return 10 * (file.ReadToEnd().Split("\"Event\":\"step\"").Length - 1);
    }
}
