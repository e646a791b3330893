using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Studies.Noise;
using DistSgd.Studies.Tests.Trials;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Studies.Tests.Noise;

public sealed class NoiseStudyTests : IDisposable
{
    private readonly SmallStudies _studies = new();

    public void Dispose() => _studies.Dispose();

    [Fact]
    public void What_a_run_estimates_holds_the_exact_value_and_batches_follow_the_law()
    {
        StudyResult study = Of(["training.epochs=4", "optimizer.learning_rate=0.02", "training.batch_size=16"]);
        StudyTable averages = study.Tables.Single(table => table.Name == "averages");
        double exact = (double)averages.Rows[0][1]!, low = (double)averages.Rows[0][3]!, high = (double)averages.Rows[0][4]!;
        exact.ShouldBeInRange(low, high);
        study.Summary.ShouldContain("which holds the exact value");

        StudyTable points = study.Tables.Single(table => table.Name == "points");
        points.Rows.Count.ShouldBe(7); // six and the start
        Column(points, "trace").ShouldAllBe(trace => trace > 0);
        StudyTable quality = study.Tables.Single(table => table.Name == "quality");
        foreach ((double measured, double error, double law) in Column(quality, "relative_variance").Zip(Column(quality, "relative_variance_±"), Column(quality, "law")))
        {
            Math.Abs(measured - law).ShouldBeLessThan(2 * error + (0.02 * law));
        }
    }

    [Fact]
    public void Companions_have_a_smaller_batch_and_as_much_added_noise()
    {
        StudyResult study = Of(["training.batch_size=32"]);
        StudyTable companions = study.Tables.Single(table => table.Name == "companions");
        IEnumerable<string> names = companions.Rows.Select(row => (string)row[0]!).Distinct();
        names.First().ShouldBe("batch 4");
        names.Last().ShouldStartWith("noise ");
        StudyTable points = study.Tables.Single(table => table.Name == "points");
        double middle = Column(points, "trace")[points.Rows.Count / 2];
        Column(companions, "added_variance").Max().ShouldBe(middle * ((1 / 4.0) - (1 / 32.0)), 1e-6 * middle);
        study.Sections.ShouldAllBe(section => section.Reading.Length > 30);
    }

    [Fact]
    public void Checkpoints_of_a_run_are_measured_as_the_run_that_made_them()
    {
        RunConfig config = Config(["training.checkpoint_every=15", "training.keep_checkpoints=10", "training.batch_size=20"]);
        Dataset dataset = DatasetLoader.Load(config, static _ => { });
        string path = Path.Combine(_studies.Directory, "run");
        using (TrainingRun run = TrainingRun.Create(
            config, TrainingTaskFactory.Create(config, dataset), RunDirectory.CreateAt(path), TimeProvider.System, static _ => { }))
        {
            run.Execute();
        }

        SavedRun saved = SavedRun.Open(RunDirectory.Open(path), step: null, static _ => { });
        var store = new CheckpointStore(RunDirectory.Open(path).CheckpointsPath, config.Training.KeepCheckpoints, static _ => { });
        Checkpoint[] checkpoints = [.. saved.Path.Select(point => store.Load(point.Step, saved.Checkpoint.Layout))];
        StudyResult study = NoiseStudy.OfRun("run", saved.Task, checkpoints, Options(examples: null));
        StudyTable points = study.Tables.Single(table => table.Name == "points"), trained = Of(["training.batch_size=20"], points: 4).Tables.Single(table => table.Name == "points");

        // The same run as the one that is kept in memory; a slow disk may leave points out between the ends.
        double[] steps = Column(points, "step"), kept = Column(trained, "step");
        kept.ShouldBe([0, 15, 30, 45, 60]);
        (steps[0], steps[^1]).ShouldBe((0, 60));
        foreach (string column in new[] { "loss", "trace", "squared_norm", "b_noise" })
        {
            Column(points, column).ShouldBe(steps.Select(step => Column(trained, column)[Array.IndexOf(kept, step)]));
        }

        study.Tables.ShouldNotContain(table => table.Name == "companions");
        study.Sections.ShouldAllBe(section => section.Reading.Length > 30);
        Should.Throw<InputException>(() => NoiseStudy.OfRun("run", saved.Task, checkpoints, Options(examples: 601))).Message
            .ShouldContain("--examples: found 601; the run has 600 training examples; expected 2 to 600.");
    }

    [Fact]
    public void Steps_of_one_slice_estimate_nothing_and_their_noise_is_measured_all_the_same()
    {
        StudyResult study = Of(["data.shards=1"]);
        StudyTable points = study.Tables.Single(table => table.Name == "points");
        points.Rows.ShouldAllBe(row => row[points.Columns.ToList().IndexOf("estimated_trace")] == null);
        Column(points, "trace").ShouldAllBe(trace => trace > 0);
        study.Summary.ShouldContain("The run itself estimated nothing: that needs steps of two slices or more");
    }

    [Fact]
    public void Threads_change_no_number() =>
        SmallStudies.Numbers(Of([], threads: 1)).ShouldBe(SmallStudies.Numbers(Of([], threads: 3)));

    [Theory]
    [InlineData(601, "data.shards=4", "--examples: found 601; the run has 600 training examples; expected 2 to 600.")]
    [InlineData(null, "data.validation=699", "The run has 1 training example; expected 2 or more")]
    public void What_cannot_be_measured_is_told_before_anything_is_trained(int? examples, string setting, string complaint)
    {
        RunConfig config = Config([setting, "training.batch_size=1", "data.shards=1"]);
        NoiseOptions options = Options(examples) with { Stage = (stage, _) => throw new InvalidOperationException($"{stage} was begun.") };
        Should.Throw<InputException>(() => NoiseStudy.OfConfig(config, DatasetLoader.Load(config, static _ => { }), options)).Message.ShouldContain(complaint);
    }

    [Fact]
    public void Modes_without_sums_of_slices_and_too_many_examples_are_refused()
    {
        Should.Throw<InputException>(() => Of(["cluster.mode=async"])).Message.ShouldContain("expected sync or backup");
        Should.Throw<InputException>(() => Of([], examples: 601)).Message.ShouldContain("found 601; the run has 600 training examples");
        Should.Throw<InputException>(() => Of(["optimizer.learning_rate=1.0e+30"])).Message.ShouldContain("the noise of a gradient needs finite ones");
    }

    private StudyResult Of(string[] overrides, int? examples = null, int points = 6, int threads = 2)
    {
        RunConfig config = Config(overrides);
        return NoiseStudy.OfConfig(config, DatasetLoader.Load(config, static _ => { }), Options(examples) with { Points = points, Threads = threads });
    }

    private RunConfig Config(string[] overrides)
    {
        _studies.Write("");
        return ConfigReader.Load(Path.Combine(_studies.Directory, "run.yaml"), overrides).Config;
    }

    private static NoiseOptions Options(int? examples) => new()
    {
        Points = 6,
        HessianExamples = 100,
        Directions = 4,
        Examples = examples,
        Threads = 2,
        Command = "command",
        Stage = static (_, _) => { },
    };

    private static double[] Column(StudyTable table, string name)
    {
        int column = table.Columns.ToList().IndexOf(name);
        return [.. table.Rows.Select(row => Convert.ToDouble(row[column]))];
    }
}
