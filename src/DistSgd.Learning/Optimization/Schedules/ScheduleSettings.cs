namespace DistSgd.Learning.Optimization.Schedules;

/// <summary>Everything that decides the learning rate of each step.</summary>
/// <param name="Kind">Shape after the warm-up.</param>
/// <param name="LearningRate">η₀, the highest learning rate.</param>
/// <param name="MinLearningRate">η_min, where the cosine and linear shapes end; the others ignore it.</param>
/// <param name="TotalSteps">Steps of the whole run, warm-up included.</param>
/// <param name="StepsPerEpoch">Steps of an epoch, at least 1.</param>
/// <param name="WarmupSteps">Steps of the warm-up; 0 for none.</param>
/// <param name="Drop">Factor of the step decay.</param>
/// <param name="EveryEpochs">Epochs between the drops of the step decay, at least 1.</param>
/// <param name="DecayRate">k of the exponential decay, per epoch.</param>
public sealed record ScheduleSettings(
    ScheduleKind Kind,
    double LearningRate,
    double MinLearningRate,
    long TotalSteps,
    int StepsPerEpoch,
    long WarmupSteps,
    double Drop = 0.5,
    int EveryEpochs = 10,
    double DecayRate = 0.1);
