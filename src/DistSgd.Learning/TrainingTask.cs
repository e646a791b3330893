using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;

namespace DistSgd.Learning;

/// <summary>Everything that decides the numbers of a run: data, model, start, batch, optimizer, schedules.</summary>
/// <remarks>Two runs of equal tasks end with the same bits, whoever computes them.</remarks>
public sealed record TrainingTask
{
    /// <summary>The data, split, dealt to shards and scaled.</summary>
    public required TrainingData Data { get; init; }

    /// <summary>The model.</summary>
    public required MlpArchitecture Architecture { get; init; }

    /// <summary>Distribution of the initial weights.</summary>
    public required Initialization Initialization { get; init; }

    /// <summary>Seed of the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Examples of a step, B; the last step of an epoch may have fewer.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Number of steps of the run.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>How the gradient of a slice is rounded on its way to the server; every host does it, so that all give the same bits.</summary>
    public GradientEncoding Encoding { get; init; }

    /// <summary>Clipping, noise, update rule, decay.</summary>
    public required OptimizerSettings Optimizer { get; init; }

    /// <summary>Learning rate η as a function of the step.</summary>
    public required ISchedule LearningRate { get; init; }

    /// <summary>Momentum β as a function of the step.</summary>
    public required ISchedule Momentum { get; init; }
}
