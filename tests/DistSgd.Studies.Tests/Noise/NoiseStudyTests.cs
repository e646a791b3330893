using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Studies.Noise;
using DistSgd.Studies.Tests.Trials;
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
    public void Steps_of_one_slice_estimate_nothing_and_the_summary_says_so() =>
        Of(["data.shards=1"]).Summary.ShouldContain("The run itself estimated nothing: that needs steps of two slices or more");

    [Fact]
    public void Modes_without_sums_of_slices_and_too_many_examples_are_refused()
    {
        Should.Throw<InputException>(() => Of(["cluster.mode=async"])).Message.ShouldContain("expected sync or backup");
        Should.Throw<InputException>(() => Of([], examples: 601)).Message.ShouldContain("found 601; the run has 600 training examples");
        Should.Throw<InputException>(() => Of(["optimizer.learning_rate=1.0e+30"])).Message.ShouldContain("the noise of a gradient needs finite ones");
    }

    private StudyResult Of(string[] overrides, int? examples = null)
    {
        _studies.Write("");
        RunConfig config = ConfigReader.Load(Path.Combine(_studies.Directory, "run.yaml"), overrides).Config;
        Dataset dataset = DatasetLoader.Load(config, static _ => { });
        return NoiseStudy.OfConfig(config, dataset, new NoiseOptions
        {
            Points = 6,
            HessianExamples = 100,
            Directions = 4,
            Examples = examples,
            Threads = 2,
            Command = "command",
            Stage = static (_, _) => { },
        });
    }

    private static double[] Column(StudyTable table, string name)
    {
        int column = table.Columns.ToList().IndexOf(name);
        return [.. table.Rows.Select(row => Convert.ToDouble(row[column]))];
    }
}
