using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistSgd.Hosting;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public sealed class StudyCommandTests : ProgramTest
{
    private const string BlobsRun = """
        name: blobs
        seed: 1
        data: { source: blobs, classes: 3, features: 4, examples: 700, test_examples: 200, validation: 100, noise: 0.5, shards: 4 }
        model: { hidden: [8] }
        optimizer: { learning_rate: 0.1 }
        training: { batch_size: 20, epochs: 2 }
        """;

    private const string Study = """
        name: blobs-study
        run: run.yaml
        grid: { training.batch_size: [4, 16, 64, 256] }
        learning_rates: [0.1, 0.2]
        search_beyond: 0
        seeds: 2
        target: { accuracy: 0.9, every: 50 }
        budget: { epochs: 60, steps: 1000 }
        """;

    [Fact]
    public void A_study_prints_its_tables_and_leaves_its_files_where_the_command_in_them_makes_them_anew()
    {
        Prepare(Study);
        CliResult first = Run("study", "batch-size", "study.yaml", "--out", "one");
        first.ExitCode.ShouldBe(0, first.Error);
        first.Output.ShouldContain("What the target costs, by group");
        first.Error.ShouldContain("trial 16 of 16");
        foreach (string file in new[] { "study.json", "report.html", "trials.jsonl", "groups.csv", "trials.csv", "search.csv", "curves.csv", "end_points.csv", "scaling.csv" })
        {
            File.Exists(Path.Combine(Home, "one", file)).ShouldBeTrue(file);
        }

        string command = JsonNode.Parse(File.ReadAllText(Path.Combine(Home, "one", "study.json")))!["command"]!.GetValue<string>();
        CliResult again = Shell(command + " --out two --json");
        again.ExitCode.ShouldBe(0, again.Error);
        Numbers(again.Output).ShouldBe(Numbers(File.ReadAllText(Path.Combine(Home, "one", "study.json"))));
    }

    [Fact]
    public void An_interrupted_study_goes_on_and_ends_with_the_same_numbers()
    {
        Prepare(Study.Replace("seeds: 2", "seeds: 40", StringComparison.Ordinal));
        using Process process = Start([], "study", "batch-size", "study.yaml", "--out", "cut", "--threads", "1");
        string log = Path.Combine(Home, "cut", "trials.jsonl");
        while (!File.Exists(log) || new FileInfo(log).Length < 3_000)
        {
            process.HasExited.ShouldBeFalse();
            Thread.Sleep(5);
        }

        Signal(process, PosixSignal.SIGINT);
        CliResult cut = Finish(process);
        cut.ExitCode.ShouldBe(ExitCodes.Interrupted, cut.Error);
        cut.Error.ShouldContain("Go on with: distsgd study batch-size study.yaml --resume cut");
        File.Exists(Path.Combine(Home, "cut", "study.json")).ShouldBeFalse();

        CliResult resumed = Run("study", "batch-size", "study.yaml", "--resume", "cut", "--json");
        resumed.ExitCode.ShouldBe(0, resumed.Error);
        resumed.Error.ShouldNotContain("trial 0 of");
        Numbers(resumed.Output).ShouldBe(Numbers(Run("study", "batch-size", "study.yaml", "--out", "whole", "--json").Output));
    }

    [Fact]
    public void Mistakes_are_told_in_one_message_and_leave_nothing_behind()
    {
        Prepare(Study);
        Fails("No such file", "study", "batch-size", "nowhere.yaml").ShouldContain("nowhere.yaml: no such file");
        Fails("Both", "study", "batch-size", "study.yaml", "--out", "a", "--resume", "b").ShouldContain("--out has no meaning with --resume");
        Fails("Not begun", "study", "batch-size", "study.yaml", "--resume", "b").ShouldContain("has no trials.jsonl; expected the directory of a study that was begun");
        Fails("Too large", "study", "batch-size", "study.yaml", "--out", "a", "--set", "data.validation=500").ShouldContain("256 is more than the 200 training examples");
        Fails("A run", "study", "batch-size", "run.yaml").ShouldContain("run.yaml:2: seed: unknown key; did you mean 'seeds'?");
        Fails("A study", "train", "study.yaml").ShouldContain("distsgd study batch-size study.yaml");
        Fails("Noise", "study", "noise", "run.yaml", "--set", "cluster.mode=async").ShouldContain("expected sync or backup");
        Fails("No run", "study", "noise", "nothing").ShouldContain("nothing");
        Directory.GetFileSystemEntries(Home).Select(Path.GetFileName).ShouldBe(["run.yaml", "study.yaml"], ignoreOrder: true);

        Run("study", "batch-size", "study.yaml", "--out", "a").ExitCode.ShouldBe(0);
        Fails("Another", "study", "batch-size", "study.yaml", "--resume", "a", "--set", "model.hidden=[9]").ShouldContain("holds trials of another study");
        Fails("Full", "study", "batch-size", "study.yaml", "--out", "a").ShouldContain("holds a study already");
    }

    [Theory]
    [InlineData("grid: { training.batch_size: [] }", "bad.yaml:2: grid: found a mapping; expected a mapping of dotted keys of the run")]
    [InlineData("sedes: 3", "bad.yaml:2: sedes: unknown key; did you mean 'seeds'?")]
    [InlineData("learning_rates: [0.2, 0.1]", "bad.yaml:2: learning_rates: found the list [0.2, 0.1]; expected a list of numbers above 0, ascending")]
    [InlineData("variants: { a: { model.hiden: [3] } }", "model.hiden=[3] (variants, line 2)")]
    [InlineData("set: { data.source: teacher, loss: mse }", "target.accuracy: found 0.95; a run without classes has no accuracy")]
    public void A_study_that_cannot_be_carried_out_leaves_no_directory(string keys, string complaint)
    {
        Prepare(Study);
        Write("bad.yaml", $"run: run.yaml\n{keys}\n");
        Fails("File", "study", "batch-size", "bad.yaml", "--out", "a").ShouldContain(complaint);
        Directory.Exists(Path.Combine(Home, "a")).ShouldBeFalse();
    }

    [Fact]
    public void Mistakes_of_the_command_line_are_told_before_anything_runs()
    {
        Prepare(Study);
        (string[] Arguments, string Message)[] mistakes =
        [
            (["batch-size"], "CONFIG"),
            (["batch-size", "study.yaml", "--threads", "0"], "--threads: found '0'; expected a whole number from 1"),
            (["batch-size", "study.yaml", "--set", "model.hiden=[3]"], "model.hiden=[3] (command line)"),
            (["noise", "run.yaml", "--out", "a", "--examples", "601"], "--examples: found 601; the run has 600 training examples; expected 2 to 600."),
            (["noise", "run.yaml", "--out", "a", "--points", "0"], "--points: found '0'"),
            (["noise", "run.yaml", "--out", "a", "--noise", "-1"], "--noise"),
            (["noise", "study.yaml", "--out", "a"], "distsgd study batch-size study.yaml"),
        ];
        foreach ((string[] arguments, string message) in mistakes)
        {
            string error = Fails(message, ["study", .. arguments]);
            error.ShouldContain(message);
            error.ShouldNotContain("training ...");
        }

        Directory.GetFileSystemEntries(Home).Select(Path.GetFileName).ShouldBe(["run.yaml", "study.yaml"], ignoreOrder: true);
    }

    [Fact]
    public void Noise_is_measured_of_a_config_and_of_a_run()
    {
        Prepare(Study);
        string[] quick = ["--hessian-examples", "50", "--directions", "2"];
        CliResult trained = Run(["study", "noise", "run.yaml", "--out", "n", "--points", "3", "--json", .. quick]);
        trained.ExitCode.ShouldBe(0, trained.Error);
        JsonElement tables = JsonDocument.Parse(trained.Output).RootElement.GetProperty("tables");
        tables.GetProperty("points").GetArrayLength().ShouldBe(4);
        tables.GetProperty("points")[0].GetProperty("trace").GetDouble().ShouldBeGreaterThan(0);

        Run("train", "run.yaml", "--run-dir", "run", "--set", "training.checkpoint_every=20").ExitCode.ShouldBe(0);
        CliResult saved = Run(["study", "noise", "run", "--out", "m", .. quick]);
        saved.ExitCode.ShouldBe(0, saved.Error);
        saved.Output.ShouldContain("Exact noise at points of the run, beside what it estimated on the way there");
        Fails("Trained only", "study", "noise", "run", "--points", "3").ShouldContain("are for a run that is trained");
    }

    [Fact]
    public void Check_tells_what_a_study_would_do()
    {
        Prepare(Study);
        Run("config", "check", "study.yaml").Output.Trim().ShouldBe("study.yaml: valid, a study of 4 groups and at most 16 trials");
        string help = Run("study", "--help").Output;
        help.ShouldContain("batch-size");
        help.ShouldContain("noise");
        Run("study", "batch-size", "--help").Output.ShouldContain("--resume");
    }

    private void Prepare(string study)
    {
        Write("run.yaml", BlobsRun);
        Write("study.yaml", study);
    }

    private string Fails(string what, params string[] arguments)
    {
        CliResult result = Run(arguments);
        result.ExitCode.ShouldBe(ExitCodes.BadInput, what + result.Error);
        result.Error.ShouldNotContain("   at ");
        return result.Error;
    }

    /// <summary>All numbers but the times.</summary>
    private static string Numbers(string json)
    {
        JsonNode study = JsonNode.Parse(json)!;
        study["tables"]!.AsObject().Remove("times");
        study.AsObject().Remove("claims"); // one of them tells of speed
        return study.ToJsonString();
    }
}
