using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using DistSgd.Cli.Tests.Views;
using DistSgd.Hosting;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public class TrainCommandTests : ProgramTest
{
    private const string Blobs = """
        name: blobs
        data:     { source: blobs, examples: 3000, test_examples: 200, classes: 4, features: 8, noise: 0.4 }
        model:    { hidden: [32] }
        training: { batch_size: 16, epochs: 5, checkpoint_every: 50 }
        """;

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3")]
    [InlineData("4")]
    public void The_number_of_workers_does_not_change_the_parameters(string workers)
    {
        string config = Write("blobs.yaml", Blobs);
        string expected = Sha(Run("train", config, "--run-dir", "one", "--set", "cluster.workers=1", "--json"));
        Sha(Run("train", config, "--run-dir", "many", "--set", $"cluster.workers={workers}", "--json")).ShouldBe(expected);
    }

    [Fact]
    public void The_vector_paths_give_the_same_parameters()
    {
        string config = Write("blobs.yaml", Blobs);
        CliResult widest = Run("train", config, "--run-dir", "widest", "--json");
        int bits = JsonDocument.Parse(widest.Output).RootElement.GetProperty("vector_bits").GetInt32();
        foreach (int narrower in new[] { 512, 256, 128 }.Where(b => b < bits))
        {
            CliResult result = Run([("DISTSGD_VECTOR_BITS", $"{narrower}")], "train", config, "--run-dir", $"bits-{narrower}", "--json");
            Sha(result).ShouldBe(Sha(widest));
            JsonDocument.Parse(result.Output).RootElement.GetProperty("vector_bits").GetInt32().ShouldBe(narrower);
        }
    }

    [Fact]
    public void A_killed_run_resumes_to_the_same_parameters()
    {
        string config = Write("blobs.yaml", Blobs + "\nlog: { step_every: 1 }\n");
        string[] longer = ["--set", "training.epochs=30", "--set", "training.early_stopping=null"];
        string expected = Sha(Run(["train", config, "--run-dir", "whole", "--json", .. longer]));
        string checkpoints = Path.Combine(Home, "killed", "checkpoints");
        using (Process process = Start([], ["train", config, "--run-dir", "killed", "--set", "training.checkpoint_every=1", .. longer]))
        {
            // Not every step's: the disk does not keep up, and what waits makes way.
            SpinWait.SpinUntil(() => (Directory.Exists(checkpoints) && Directory.GetFiles(checkpoints, "step-???.safetensors").Length > 0) || process.HasExited, 60_000);
            process.Kill();
            process.WaitForExit();
        }

        File.Exists(Path.Combine(Home, "killed", "summary.json")).ShouldBeFalse("the run was to be killed before its end");
        CliResult evaluated = Run("evaluate", "killed");
        evaluated.ExitCode.ShouldBe(ExitCodes.BadInput);
        evaluated.Error.ShouldContain("/killed: has no model yet: the run has not ended; continue it with: distsgd train --resume ");
        Sha(Run("train", "--resume", "killed", "--set", "cluster.workers=3", "--json")).ShouldBe(expected);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, ExitCodes.Interrupted)]
    [InlineData(PosixSignal.SIGTERM, ExitCodes.Terminated)]
    public void A_signal_writes_a_checkpoint_and_the_run_resumes_to_the_same_parameters(PosixSignal signal, int exitCode)
    {
        string config = Write("blobs.yaml", Blobs);
        string[] longer = ["--set", "training.epochs=200", "--set", "training.checkpoint_every=0", "--set", "training.early_stopping=null", "--json"];
        string expected = Sha(Run(["train", config, "--run-dir", "whole", .. longer]));
        CliResult interrupted;
        using (Process process = Start([], ["train", config, "--run-dir", "cut", .. longer]))
        {
            string log = Path.Combine(Home, "cut", "run.clef");
            SpinWait.SpinUntil(() => (File.Exists(log) && new FileInfo(log).Length > 20_000) || process.HasExited, 60_000);
            Signal(process, signal);
            interrupted = Finish(process);
        }

        interrupted.ExitCode.ShouldBe(exitCode, interrupted.Error);
        interrupted.Error.ShouldContain($"{signal}: stopping after this step with a checkpoint");
        interrupted.Error.TrimEnd().ShouldEndWith("continue with: distsgd train --resume cut");
        long done = JsonDocument.Parse(interrupted.Output).RootElement.GetProperty("steps").GetInt64();
        CliResult resumed = Run("train", "--resume", "cut");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Line("parameters").ShouldBe($"sha256 {expected}");
        resumed.Line("steps").ShouldStartWith($"30000 (200 epochs), the last {30000 - done} of them in ");
    }

    [Fact]
    public void A_finished_run_is_neither_resumed_nor_overwritten()
    {
        string config = Write("blobs.yaml", Blobs);
        Run("train", config, "--run-dir", "done").ExitCode.ShouldBe(0);
        byte[] model = File.ReadAllBytes(Path.Combine(Home, "done", "model.safetensors"));

        CliResult resumed = Run("train", "--resume", "done");
        resumed.ExitCode.ShouldBe(ExitCodes.BadInput);
        resumed.Error.ShouldContain("the run is finished (completed after step 750); nothing is left to resume");

        CliResult again = Run("train", config, "--run-dir", "done", "--set", "seed=1");
        again.ExitCode.ShouldBe(ExitCodes.BadInput);
        again.Error.ShouldContain("done holds a run already");
        File.ReadAllBytes(Path.Combine(Home, "done", "model.safetensors")).ShouldBe(model);
    }

    [Fact]
    public void Resuming_refuses_keys_that_change_the_numbers()
    {
        string config = Write("blobs.yaml", Blobs);
        Run("train", config, "--run-dir", "run").ExitCode.ShouldBe(0);
        CliResult refused = Run("train", "--resume", "run", "--set", "optimizer.learning_rate=0.01");
        refused.ExitCode.ShouldBe(ExitCodes.BadInput);
        refused.Error.ShouldContain("--set optimizer.learning_rate: changes the numbers of the run");
    }

    [Fact]
    public void A_diverging_run_is_stopped_by_the_monitor_with_exit_code_3()
    {
        string config = Write("blobs.yaml", Blobs);
        CliResult result = Run("train", config, "--set", "optimizer.learning_rate=1e30", "--set", "model.hidden=[32,32]");
        result.ExitCode.ShouldBe(ExitCodes.StoppedByMonitor, result.Error);
        result.Error.ShouldContain("warning: --set optimizer.learning_rate: ");
        result.Error.ShouldContain("alert nonfinite raised: NaN or infinity");
        result.Line("outcome").ShouldBe("stopped_by_monitor: 20 consecutive steps were skipped");
        Run("runs").Output.ShouldContain(" stopped_by_monitor ");
    }

    [Theory]
    [InlineData("stop", "stopped by the monitor: step 2 was not finite and monitor.on_nonfinite is stop")]
    [InlineData("rollback", "rolled back to the last checkpoint")]
    public void What_the_monitor_does_is_told_once_after_the_alerts(string policy, string told)
    {
        CliResult result = Run(
            "train", Write("blobs.yaml", Blobs), "--set", "optimizer.learning_rate=1e30", "--set", "model.hidden=[32,32]",
            "--set", $"monitor.on_nonfinite={policy}", "--set", "training.steps=9");
        string[] lines = result.Error.TrimEnd().Split('\n');
        lines.Count(line => line.Contains(told, StringComparison.Ordinal)).ShouldBe(1, result.Error);
        lines.Count(line => line.StartsWith("  advice: ", StringComparison.Ordinal)).ShouldBe(1, result.Error);
        int last = Array.FindLastIndex(lines, line => line.StartsWith("alert ", StringComparison.Ordinal));
        Array.FindIndex(lines, line => line.Contains(told, StringComparison.Ordinal)).ShouldBeGreaterThan(last);
    }

    [SkippableFact]
    public void On_a_terminal_nothing_is_lost_and_nothing_is_left()
    {
        CliResult result = RunOnTerminal("train", Write("blobs.yaml", Blobs), "--run-dir", "run", "--set", "training.epochs=40");
        result.ExitCode.ShouldBe(0, result.Output);
        Screen screen = new Screen(80).Write(result.Output);
        string shown = string.Join('\n', screen.Rows);
        screen.Rows.ShouldContain("run run", shown);
        screen.Rows.Count(row => row.Contains(": validation: loss ", StringComparison.Ordinal)).ShouldBe(40, shown);
        result.Output.ShouldContain(" elapsed");
        shown.ShouldNotContain(" elapsed");
        shown.ShouldNotContain("starting");
        shown.ShouldContain("\noutcome     completed\n");
    }

    [Fact]
    public void A_damaged_summary_does_not_keep_a_run_from_being_resumed()
    {
        string config = Write("blobs.yaml", Blobs);
        string expected = Sha(Run("train", config, "--run-dir", "run", "--json"));
        Write("run/summary.json", "{\n\"name\": ");
        CliResult resumed = Run("train", "--resume", "run", "--json");
        resumed.Error.ShouldContain("/summary.json:2 is damaged: not the summary of a run. It is written anew.");
        Sha(resumed).ShouldBe(expected);
    }

    [Fact]
    public void A_model_that_does_not_fit_into_the_memory_ends_with_one_message()
    {
        string config = Write("blobs.yaml", Blobs);
        CliResult result = Run([("DOTNET_GCHeapHardLimit", "0x10000000")], "train", config, "--set", "model.hidden=[20000, 20000]");
        result.ExitCode.ShouldBe(ExitCodes.Failed);
        result.Error.ShouldEndWith($" Make model.hidden smaller, or give the program more memory.{Environment.NewLine}");
        result.Error.ShouldNotContain("   at DistSgd", Case.Sensitive);
    }

    [Fact]
    public void Standard_output_has_the_result_and_nothing_else()
    {
        CliResult result = Run("train", Write("blobs.yaml", Blobs), "--json");
        JsonDocument.Parse(result.Output).RootElement.GetProperty("outcome").GetString().ShouldBe("completed");
        result.Error.ShouldContain("validation: loss");
    }

    [Fact]
    public void Console_off_is_silent()
    {
        CliResult result = Run("train", Write("blobs.yaml", Blobs), "--set", "log.console=off");
        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBeEmpty();
    }

    private static string Sha(CliResult result)
    {
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("parameters_sha256").GetString()!;
    }
}
