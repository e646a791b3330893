using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Views;

/// <summary>What a person is told of a run before its first step: known from its task, or, in another process, from its log.</summary>
/// <param name="Name">Name of the run in its config.</param>
/// <param name="Widths">Number of inputs, then the width of every layer.</param>
/// <param name="Parameters">Number of trainable parameters.</param>
/// <param name="Examples">Examples that an epoch visits.</param>
/// <param name="Shards">Number of shards.</param>
/// <param name="BatchSize">Examples of a step, at first if the batch grows.</param>
/// <param name="Grows">Whether the batch grows.</param>
/// <param name="TotalSteps">Steps of the whole run.</param>
/// <param name="TotalEpochs">Epochs of the whole run, the last perhaps in part.</param>
internal sealed record RunOutline(
    string Name, IReadOnlyList<int> Widths, long Parameters, long Examples, int Shards, int BatchSize, bool Grows, long TotalSteps, long TotalEpochs)
{
    public static RunOutline Of(RunConfig config, TrainingTask task) => new(
        config.Name,
        [.. task.Architecture.Widths],
        task.Architecture.CreateLayout().ParameterCount,
        task.Data.Count(DataPart.Training),
        task.Data.Shards,
        task.Batches.FirstBatch,
        task.Batches.Grows,
        task.TotalSteps,
        task.EpochsTotal);

    public static RunOutline Of(RunStarted started) => new(
        started.Run,
        started.LayerWidths,
        started.Parameters,
        started.TrainingExamples,
        started.Shards,
        started.BatchSize,
        started.EpochsTotal is not null,
        started.StepsTotal,
        started.EpochsTotal ?? (((started.StepsTotal - 1) / started.StepsPerEpoch) + 1));

    /// <summary>The lines above everything that is shown of the run.</summary>
    /// <param name="workers">Number of workers.</param>
    /// <param name="directory">The run directory.</param>
    /// <returns>Two lines.</returns>
    public string Header(int workers, RunDirectory directory)
    {
        string widths = string.Join("-", Widths);
        string workersText = workers == 1 ? "1 worker" : $"{workers} workers";
        string batch = Grows ? "batch growing from" : "batch";
        return FormattableString.Invariant(
            $"{Name}: {widths}, {Parameters:N0} parameters; {Examples:N0} training examples in {Shards} shards, {workersText}, {batch} {BatchSize}\nrun {Display.Path(directory.FullPath)}");
    }
}
