using DistSgd.Learning;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;
using DistSgd.Training.Config;

namespace DistSgd.Studies.Tests.Trials;

public sealed class StudyFileTests : IDisposable
{
    private readonly SmallStudies _studies = new();

    public void Dispose() => _studies.Dispose();

    [Fact]
    public void Groups_are_every_combination_of_variants_and_axes()
    {
        StudyFile file = _studies.Load("""
            run: run.yaml
            set: { data.shards: 2 }
            grid:
              training.batch_size: [10, 20]
              model.hidden: [[4], [8, 8]]
            variants:
              plain: {}
              adam: { optimizer.kind: adam, learning_rates: [0.001, 0.01] }
            learning_rates: [0.1, 0.2]
            """);
        file.Groups.Count.ShouldBe(8);
        file.Groups[1].Label.ShouldBe("plain, training.batch_size=10, model.hidden=[8, 8]");
        file.Groups[1].Run.Model.Hidden.ShouldBe([8, 8]);
        file.Groups[4].Run.Optimizer.Kind.ShouldBe(Learning.Optimization.OptimizerKind.Adam);
        file.Groups[4].Rates.ShouldBe([0.001, 0.01]);
        file.Groups[0].Rates.ShouldBe([0.1, 0.2]);
        file.Groups.ShouldAllBe(group => group.Run.Data.Shards == 2);
        file.TrialsAtMost.ShouldBe(8 * (3 + (2 + 4)));
        new Trial(1, 0.2, 7).Config(file, 600).Seed.ShouldBe(7);
    }

    [Theory]
    [InlineData("budget: { epochs: 3 }", 3)]
    [InlineData("budget: { epochs: 3, least_steps: 100 }", 4)] // of 30 steps each
    [InlineData("budget: { epochs: 9, least_steps: 100 }", 9)]
    public void A_trial_has_its_epochs_or_its_least_steps(string budget, int epochs)
    {
        StudyFile file = _studies.Load($"run: run.yaml\n{budget}\n");
        RunConfig config = new Trial(0, 0.1, 1).Config(file, 600);
        config.Training.Epochs.ShouldBe(epochs);
        config.Training.EvaluateEvery.ShouldBe(100); // 2,000 examples
    }

    [Fact]
    public void The_digest_follows_what_decides_numbers_and_nothing_else()
    {
        const string Study = "run: run.yaml\ngrid: { training.batch_size: [10, 20] }\n";
        string digest = _studies.Load(Study).Digest;
        _studies.Load("name: other\n" + Study).Digest.ShouldBe(digest);
        _studies.Load(Study, SmallStudies.Run + "\nlog: { step_every: 3 }\n").Digest.ShouldBe(digest);
        _studies.Load(Study + "seeds: 4\n").Digest.ShouldNotBe(digest);
        _studies.Load(Study, SmallStudies.Run.Replace("hidden: [8]", "hidden: [9]", StringComparison.Ordinal)).Digest.ShouldNotBe(digest);
        StudyFile.Load(_studies.Write(Study), ["data.shards=2"]).Digest.ShouldNotBe(digest);
    }

    [Theory]
    [InlineData("seeds: 3", "study.yaml:1: run: missing; a study needs the config of the run that its trials change")]
    [InlineData("run: run.yaml\nsedes: 3", "study.yaml:2: sedes: unknown key; did you mean 'seeds'?")]
    [InlineData("run: run.yaml\ngrid: { training.batch_size: [] }", "study.yaml:2: grid: found a mapping; expected a mapping of dotted keys of the run, each once with a list of one or more different values")]
    [InlineData("run: run.yaml\ngrid: { training.batch_size: [8, 8] }", "study.yaml:2: grid: found a mapping; expected")]
    [InlineData("run: run.yaml\nlearning_rates: [0.2, 0.1]", "study.yaml:2: learning_rates: found the list [0.2, 0.1]; expected a list of numbers above 0, ascending")]
    [InlineData("run: run.yaml\nset: { training.epochs: 3 }", "study.yaml:2: set: found training.epochs, which the study itself sets; use budget")]
    [InlineData("run: run.yaml\ngrid: { seed: [1, 2] }", "study.yaml:2: grid: found seed, which the study itself sets; use seeds")]
    [InlineData("run: run.yaml\ntarget: { accuracy: 0.9, loss: 0.1 }", "study.yaml:2: target.loss: cannot stand beside 'accuracy'")]
    [InlineData("run: run.yaml\ngrid: { optimizer.learning_rate: [0.1, 0.2] }\nlearning_rates: [0.1, 0.2]", "study.yaml:2: grid: found optimizer.learning_rate beside learning_rates")]
    [InlineData("run: run.yaml\ntarget: { accuracy: 1.5 }", "study.yaml:2: target.accuracy: found '1.5'")]
    [InlineData("run: run.yaml\ngrid: { training.batchsize: [8] }", "--set training.batchsize: unknown key; did you mean 'batch_size'?")]
    [InlineData("run: run.yaml\nvariants: { a: { optimizer.kind: adamant } }", "--set optimizer.kind: found 'adamant'; expected one of")]
    [InlineData("run: run.yaml\nset: { a.b: 1 }\ngrid: { c: [2] }\nvariants: { v: { d: 3 } }", "study.yaml:1: run with a.b=1 (set, line 2), d=3 (variants, line 4), c=2 (grid, line 3):")]
    [InlineData("run: nowhere.yaml", "nowhere.yaml: no such file")]
    [InlineData("run: run.yaml\nseeds: 10000\ngrid: { training.batch_size: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }", "study.yaml: 110000 trials at most; expected up to 100000")]
    public void Whatever_is_wrong_is_named_with_its_place(string study, string complaint) =>
        Should.Throw<InputException>(() => _studies.Load(study)).Message.ShouldContain(complaint);

    [Theory]
    [InlineData("grid: { training.batch_size: [10, 700] }", "training.batch_size=700: training.batch_size: 700 is more than the 600 training examples")]
    [InlineData("set: { data.source: teacher, loss: mse }", "target.accuracy: found 0.95; a run without classes has no accuracy. Expected target.loss")]
    [InlineData("set: { data.validation: 0 }", "data.validation: found 0 examples; a study judges its trials on the validation part")]
    public void What_does_not_fit_the_data_is_told_before_any_trial_runs(string keys, string complaint)
    {
        StudyFile file = _studies.Load($"run: run.yaml\n{keys}\n");
        Should.Throw<InputException>(() => _studies.Carry(file)).Message.ShouldContain(complaint);
        Directory.EnumerateFileSystemEntries(Path.Combine(_studies.Directory, "a")).ShouldBeEmpty();
    }

    [Fact]
    public void What_the_command_line_sets_wins_and_is_named_as_such()
    {
        const string Study = "run: run.yaml\nset: { data.shards: 2 }\n";
        StudyFile.Load(_studies.Write(Study), ["data.shards=3"]).Groups.Single().Run.Data.Shards.ShouldBe(3);
        Should.Throw<InputException>(() => StudyFile.Load(_studies.Write(Study), ["data.shards=0"])).Message
            .ShouldContain("data.shards=2 (set, line 2), data.shards=0 (command line):");
    }

    [Fact]
    public void Shipped_studies_can_be_carried_out()
    {
        string configs = ShippedConfigs();
        string[] studies = [.. Directory.GetFiles(configs, "study-*.yaml").Where(StudyFile.IsStudy)];
        studies.Length.ShouldBeGreaterThanOrEqualTo(5);
        foreach (string study in studies)
        {
            StudyFile.Load(study).Groups.ShouldNotBeEmpty();
        }

        StudyFile.IsStudy(Path.Combine(configs, "study-mlp.yaml")).ShouldBeFalse();
        ConfigReader.Load(Path.Combine(configs, "noise.yaml")).Warnings.ShouldBeEmpty();
    }

    private static string ShippedConfigs()
    {
        string at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "DistSgd.sln")))
        {
            at = Path.GetDirectoryName(at)!;
        }

        return Path.Combine(at, "configs");
    }
}
