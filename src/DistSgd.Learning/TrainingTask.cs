using DistSgd.Learning.Data;
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

    /// <summary>Which examples each step takes: its batch, constant or growing.</summary>
    public required BatchPlan Batches { get; init; }

    /// <summary>Number of steps of the run.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Number of epochs that have a step in the run, which may end within the last one.</summary>
    public long EpochsTotal => TotalSteps == 0 ? 0 : 1 + Batches.EpochOf(TotalSteps - 1);

    /// <summary>How the gradient of a slice is rounded on its way to the server; every host does it, so that all give the same bits.</summary>
    public GradientEncoding Encoding { get; init; }

    /// <summary>Clipping, noise, update rule, decay.</summary>
    public required OptimizerSettings Optimizer { get; init; }

    /// <summary>Learning rate η as a function of time in steps of the first batch; <see cref="LearningRateAt"/> has the value of a step.</summary>
    public required ISchedule LearningRate { get; init; }

    /// <summary>Momentum β as a function of time in steps of the first batch; <see cref="MomentumAt"/> has the value of a step.</summary>
    public required ISchedule Momentum { get; init; }

    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Index of the step, 0 for the first.</param>
    /// <returns>η. A growing batch changes its course over the steps, not over the epochs.</returns>
    public double LearningRateAt(long step) => LearningRate.ValueAt(Batches.ScheduleStepOf(step));

    /// <summary>The momentum of a step.</summary>
    /// <param name="step">Index of the step, 0 for the first.</param>
    /// <returns>β. A growing batch changes its course over the steps, not over the epochs.</returns>
    public double MomentumAt(long step) => Momentum.ValueAt(Batches.ScheduleStepOf(step));
}
