using System.Globalization;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>What is trained in a comparison: the shipped config on MNIST with another model, batch size or number of workers.</summary>
/// <param name="Config">The config.</param>
/// <param name="Task">What follows from it.</param>
/// <param name="Settings">What differs from the shipped config, as <c>--set</c> takes it.</param>
internal sealed record Workload(RunConfig Config, TrainingTask Task, IReadOnlyList<string> Settings)
{
    /// <summary>Steps of a run that never ends by itself.</summary>
    private const long Endless = 1_000_000_000;

    private static Dataset? _mnist;

    /// <summary>Widths of all layers, as peers take them.</summary>
    public string Widths => string.Join(',', Task.Architecture.Widths.ToArray());

    /// <summary>Changes the shipped config. Evaluation and checkpoints are left out, because no peer has them, and so is the end of the run.</summary>
    /// <param name="hidden">Widths of the hidden layers.</param>
    /// <param name="batch">Batch size over all workers.</param>
    /// <param name="workers">Number of workers.</param>
    /// <returns>The workload.</returns>
    public static Workload Create(int[] hidden, int batch, int workers)
    {
        string[] settings =
        [
            $"model.hidden=[{string.Join(',', hidden)}]",
            string.Create(CultureInfo.InvariantCulture, $"training.batch_size={batch}"),
            string.Create(CultureInfo.InvariantCulture, $"training.steps={Endless}"),
            string.Create(CultureInfo.InvariantCulture, $"training.evaluate_every={Endless}"),
            "training.checkpoint_every=0",
            string.Create(CultureInfo.InvariantCulture, $"cluster.workers={workers}"),
        ];
        RunConfig run = ConfigReader.Load(ConfigPath, settings).Config;
        _mnist ??= DatasetLoader.Load(run, Console.Error.WriteLine);
        return new Workload(run, TrainingTaskFactory.Create(run, _mnist), settings);
    }

    /// <summary>The directory of the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The shipped config.</summary>
    public static string ConfigPath { get; } = Path.Combine(RepositoryRoot, "configs", "mnist.yaml");

    private static string FindRoot()
    {
        for (string? directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "DistSgd.sln")))
            {
                return directory;
            }
        }

        throw new InputException($"{AppContext.BaseDirectory}: not inside the repository; the benchmarks need its configs and peers.");
    }
}
