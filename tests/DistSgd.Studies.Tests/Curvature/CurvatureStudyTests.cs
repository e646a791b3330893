using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Numerics.Eigen;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Curvature;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Studies.Tests.Curvature;

public sealed class CurvatureStudyTests : IDisposable
{
    private static readonly RunConfig Config = new()
    {
        Name = "blobs",
        Data = new DataConfig { Source = DataSource.Blobs, Examples = 300, TestExamples = 0, Classes = 3, Features = 4, Validation = 60, Noise = 0.8 },
        Model = new ModelConfig { Hidden = LayerWidths.Create([6]) },
        Training = new TrainingConfig { BatchSize = 20, Epochs = 2, CheckpointEvery = 8 },
    };

    private readonly string _directory = Directory.CreateTempSubdirectory("distsgd-curvature-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Tables_hold_the_numbers_of_the_whole_hessian()
    {
        SavedRun run = Train();
        var stages = new List<string>();
        StudyResult study = CurvatureStudy.Run(run, Options(examples: 240), stage => stages.Add(stage.Name));
        var curvature = new LocalCurvature(run.Task.Architecture, run.Task.Data);
        double[] dense = SymmetricEigen.Decompose(DenseHessian.Compute(curvature, run.Checkpoint.Layout, run.Checkpoint.Parameters)).Values;

        double scale = dense[^1];
        Quantity(study, "eigenvalue 1").ShouldBe(dense[^1], 1e-3 * scale);
        Quantity(study, "eigenvalue 2").ShouldBe(dense[^2], 1e-3 * scale);
        Quantity(study, "smallest eigenvalue").ShouldBe(dense[0], 1e-3 * scale);
        Quantity(study, "mean eigenvalue").ShouldBe(Quantity(study, "trace") / dense.Length, 1e-9);
        Quantity(study, "examples").ShouldBe(240);
        stages.Distinct().ShouldBe(["gradient", "eigenvalues", "trace", "spectral density", "sharpness", "line slice", "plane slices"]);

        StudyTable layers = study.Tables.Single(table => table.Name == "layers");
        layers.Rows.Sum(row => (double)row[4]!).ShouldBe(1, 1e-6);
        study.Summary.ShouldStartWith(dense[0] < -1e-4 * scale ? "Verdict: saddle-like: " : "Verdict: minimum-like"); // in the middle of training
    }

    [Fact]
    public void The_report_has_spectrum_slices_and_the_path_of_all_checkpoints()
    {
        SavedRun run = Train();
        StudyResult study = CurvatureStudy.Run(run, Options(examples: 100), static _ => { });
        study.Sections.Select(section => section.Title).ShouldBe(
        [
            "Numbers", "Spectrum", "Slice along a line",
            "Slice in the plane of filter-normalised random directions", "Slice in the plane of the two top eigenvectors",
            "Slice in the plane of the run's own path",
        ]);
        ContourChart plane = study.Sections[^1].Charts.OfType<ContourChart>().Single();
        plane.Paths.Single().X.Count.ShouldBe(run.Path.Count);
        run.Path.Count.ShouldBeGreaterThan(2);
        (plane.Paths.Single().X[^1], plane.Paths.Single().Y[^1]).ShouldBe((0, 0)); // the newest is the origin
        SharesInPlane(study, 3)[0].ShouldBe(1, 1e-4); // the plane of the path holds its start whole
        SharesInPlane(study, 1)[0].ShouldBeLessThan(0.9);
        study.Sections.ShouldAllBe(section => section.Reading.Length > 40);
        study.Sections[^1].Reading.ShouldContain($"The path joins {run.Path.Count} checkpoints, steps 0 to {run.Checkpoint.State.Step}");
    }

    [Fact]
    public void A_point_where_the_loss_is_not_finite_is_refused_with_its_step()
    {
        SavedRun run = Train();
        run.Checkpoint.Parameters.Span[0] = float.NaN;
        Should.Throw<InputException>(() => CurvatureStudy.Run(run, Options(examples: 100), static _ => { })).Message
            .ShouldContain($"at the checkpoint of step {run.Checkpoint.State.Step} the loss is NaN");
    }

    private static double[] SharesInPlane(StudyResult study, int plane) =>
        [.. study.Tables.Single(table => table.Name == $"plane_{plane}_path").Rows.Select(row => (double)row[3]!)];

    private static CurvatureOptions Options(int examples) => new()
    {
        Workers = 2,
        Examples = examples,
        Command = "distsgd curvature RUN",
        Settings = new CurvatureSettings { MaxSteps = 200, TraceSamples = 5, DensityVectors = 2, DensitySteps = 20, LinePoints = 11, PlanePoints = 7 },
    };

    private static double Quantity(StudyResult study, string name) =>
        Convert.ToDouble(study.Tables[0].Rows.Single(row => (string)row[0]! == name)[1], System.Globalization.CultureInfo.InvariantCulture);

    private SavedRun Train()
    {
        string path = Path.Combine(_directory, "run");
        TrainingTask task = TrainingTaskFactory.Create(Config, DatasetLoader.Load(Config, static _ => { }));
        using (TrainingRun run = TrainingRun.Create(Config, task, RunDirectory.CreateAt(path), TimeProvider.System, static _ => { }))
        {
            run.Execute();
        }

        return SavedRun.Open(RunDirectory.Open(path), step: null, static _ => { });
    }
}
