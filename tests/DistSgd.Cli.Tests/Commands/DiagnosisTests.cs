using System.Globalization;
using System.Text.Json;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

/// <summary>Runs with a planted fault: the live log, the log read later, <c>watch</c> and <c>report</c> all say what is wrong and what to do.</summary>
public sealed class DiagnosisTests : ProgramTest
{
    [Fact]
    public void NaN_in_a_shard_of_a_worker_of_four_processes_is_traced_to_its_examples_and_the_rest_goes_on()
    {
        string clean = Train("clean", [], "training.epochs=2");
        string run = Path.Combine(Home, "nan");
        string config = Write("nan.yaml", Blobs);
        CliResult result = Run(
            [("DISTSGD_TEST_FAULT", "worker-2:2:10-14:NaN")],
            "cluster", "up", config, "--workers", "4", "--run-dir", run, "--set", "training.epochs=2", "--set", "monitor.on_nonfinite=skip_slice", "--set", "monitor.quarantine_after=3");
        result.ExitCode.ShouldBe(0, result.Error);
        JsonElement[] log = Log(run);
        JsonElement alert = log.First(line => Kind(line) == "alert");
        (alert.GetProperty("Worker").GetString(), alert.GetProperty("Shard").GetInt32(), alert.GetProperty("Step").GetInt64()).ShouldBe(("worker-2", 2, 10));
        int[] examples = [.. alert.GetProperty("Examples").EnumerateArray().Select(example => example.GetInt32())];
        examples.Length.ShouldBe(8); // a quarter of the batch

        log.Count(line => Kind(line) == "action").ShouldBe(3, "then the worker is in quarantine, and another computes the shard");
        log.Single(line => Kind(line) == "membership" && line.GetProperty("Change").GetString() == "quarantined").GetProperty("Worker").GetString().ShouldBe("worker-2");
        log.Where(line => Kind(line) == "step").Sum(line => line.GetProperty("Skipped").GetInt32()).ShouldBe(0);
        Accuracy(run).ShouldBe(Accuracy(clean), 0.02);

        SaysTheSame(run, "shard 2 on worker-2 at step 10", "check the data");
    }

    [Fact]
    public void A_saddle_is_diagnosed_and_left()
    {
        string run = Train("saddle", [], Saddle("monitor.diagnose_plateau=true"));
        SaysTheSame(run, "stands still at a saddle", "raise the learning rate, make batches smaller");
        string left = Train("left", [], Saddle("monitor.actions.loss_plateau=perturb"));
        Run("watch", left).Output.ShouldContain("along the most negative curvature");
        Loss(left).ShouldBeLessThan(0.5 * Loss(run));
    }

    [Fact]
    public void Too_high_a_learning_rate_is_diagnosed()
    {
        string[] settings = ["optimizer.learning_rate=5", "schedule.kind=constant", "clip=null", "model.hidden=[64,64]", "model.initialization=he", "data.noise=2", "training.epochs=40"];
        SaysTheSame(Train("high", [], settings), "dead units of layer", "lower the learning rate");
    }

    [Fact]
    public void A_poisoned_shard_is_diagnosed()
    {
        string run = Train("poisoned", [("DISTSGD_TEST_FAULT", "*:1:20-9999:12")], "data.noise=3", "training.epochs=20");
        SaysTheSame(run, "shard 1 on worker-0", "look at the named examples");
    }

    private const string Blobs = """
        name: diagnosis
        data: { source: blobs, examples: 1200, validation: 200, test_examples: 200, classes: 3, features: 8, noise: 1 }
        model: { hidden: [16] }
        optimizer: { learning_rate: 0.05, momentum: 0.9 }
        training: { batch_size: 32, epochs: 5, early_stopping: null }
        """;

    private static string[] Saddle(string setting) =>
        [setting, "model.activation=tanh", "model.initialization=zeros", "training.epochs=null", "training.steps=2600", "training.batch_size=128", "schedule.kind=constant", "data.noise=0.5"];

    private string Train(string name, (string, string)[] environment, params string[] settings)
    {
        string run = Path.Combine(Home, name);
        string config = Write($"{name}.yaml", Blobs);
        CliResult result = Run(environment, ["train", config, "--run-dir", run, .. settings.SelectMany(setting => (string[])["--set", setting])]);
        result.ExitCode.ShouldBe(0, result.Error);
        return run;
    }

    /// <summary>The live monitor, the log read later, the live view and the report name the fault and the advice.</summary>
    private void SaysTheSame(string run, string fault, string advice)
    {
        string[] live = [.. Log(run).Where(line => Kind(line) == "alert").Select(line => line.GetProperty("Message").GetString()!)];
        live.ShouldContain(message => message.Contains(fault), string.Join('\n', live));
        string copy = Path.Combine(Home, "copied.clef");
        File.Copy(Path.Combine(run, "run.clef"), copy, overwrite: true);
        CliResult offline = Run("alerts", copy);
        offline.ExitCode.ShouldBe(0, offline.Error);
        offline.Output.ShouldContain(fault);
        offline.Output.ShouldContain(advice);
        string[] later = [.. Run("alerts", copy, "--json").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()!)];
        later.Order(StringComparer.Ordinal).ShouldBe(live.Order(StringComparer.Ordinal));

        string page = Path.Combine(Home, "report.html");
        Run("report", copy, "--out", page).ExitCode.ShouldBe(0);
        string html = File.ReadAllText(page);
        html.ShouldContain(fault);
        html.ShouldContain(advice);
        JsonElement summary = Summary(run);
        html.ShouldContain(summary.GetProperty("parameters_sha256").GetString()!);
        foreach (string number in (string[])["train", "validation", "test"])
        {
            html.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"<td>{summary.GetProperty($"{number}_loss").GetDouble():G4}</td>"));
            html.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"<td>{100 * summary.GetProperty($"{number}_accuracy").GetDouble():F2} %</td>"));
        }

        string watched = Run("watch", copy).Output;
        string.Join(' ', watched.Split('\n').Select(line => line.Length > 13 ? line[13..].Trim() : line)).ShouldContain(advice);
    }

    private static JsonElement[] Log(string run) => [.. File.ReadLines(Path.Combine(run, "run.clef")).Select(line => JsonDocument.Parse(line).RootElement)];

    private static string Kind(JsonElement line) => line.GetProperty("Event").GetString()!;

    private static JsonElement Summary(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "summary.json"))).RootElement;

    private static double Accuracy(string run) => Summary(run).GetProperty("test_accuracy").GetDouble();

    private static double Loss(string run) => Summary(run).GetProperty("train_loss").GetDouble();
}
