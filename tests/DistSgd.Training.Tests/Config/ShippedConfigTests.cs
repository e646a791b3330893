using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Training.Config;

namespace DistSgd.Training.Tests.Config;

public class ShippedConfigTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot(), "configs");

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Folder, "*.yaml", SearchOption.AllDirectories).Where(IsOfRun).Select(path => Path.GetRelativePath(Folder, path)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_shipped_config_loads_without_a_warning(string file) => Load(file).Warnings.ShouldBeEmpty();

    [Fact]
    public void The_shipped_mnist_run_is_the_one_that_was_designed() => Load("mnist.yaml").Config.ShouldBe(new RunConfig
    {
        Name = "mnist-mlp",
        Seed = 42,
        Data = new DataConfig { Source = DataSource.Mnist, Shards = 4, Validation = 5000, Scaling = FeatureScaling.Unit },
        Model = new ModelConfig { Hidden = [128], Activation = Activation.Relu, Initialization = Initialization.He },
        Loss = LossKind.CrossEntropy,
        Optimizer = new OptimizerConfig { Kind = OptimizerKind.Sgd, LearningRate = 0.1, Momentum = 0.9 },
        Schedule = new ScheduleConfig { Kind = ScheduleKind.Cosine, WarmupSteps = 100 },
        Clip = new ClipConfig { Norm = 5 },
        Training = new TrainingConfig
        {
            BatchSize = 128,
            Epochs = 5,
            EvaluateEvery = null,
            EarlyStopping = new EarlyStoppingConfig { Patience = 3 },
            CheckpointEvery = 500,
        },
        Cluster = new ClusterConfig { Workers = 2 },
        Monitor = new MonitorConfig { OnNonFinite = NonFinitePolicy.SkipStep },
        Log = new LogConfig { StepEvery = 10, Console = ConsoleLevel.Info },
    });

    [Fact]
    public void Every_optimizer_and_every_schedule_has_its_spirals()
    {
        RunConfig[] spirals = [.. Directory.GetFiles(Path.Combine(Folder, "spirals")).Select(path => ConfigReader.Load(path).Config)];

        spirals.Select(config => config.Data.Source).ShouldAllBe(source => source == DataSource.Spirals);
        spirals.Select(config => config.Optimizer.Kind).Distinct().Order().ShouldBe(Enum.GetValues<OptimizerKind>());
        spirals.Select(config => config.Schedule.Kind).Distinct().Order().ShouldBe(Enum.GetValues<ScheduleKind>());
        spirals.Select(config => config.Name).ShouldBeUnique();
    }

    // Studies name the run that they change; they have tests of their own.
    private static bool IsOfRun(string path) => !File.ReadLines(path).Any(line => line.StartsWith("run:", StringComparison.Ordinal));

    private static LoadedConfig Load(string file) => ConfigReader.Load(Path.Combine(Folder, file));

    private static string RepositoryRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "DistSgd.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new DirectoryNotFoundException($"No DistSgd.sln above {AppContext.BaseDirectory}.");
    }
}
