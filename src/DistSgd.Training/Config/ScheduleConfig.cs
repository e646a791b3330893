using DistSgd.Learning.Optimization;

namespace DistSgd.Training.Config;

/// <summary>Shape of the learning rate over the run. Where the batch grows, steps are those that the first batch would take.</summary>
public sealed record ScheduleConfig
{
    /// <summary>Shape after the warm-up.</summary>
    [ConfigKey("kind", "Shape after the warm-up.")]
    public ScheduleKind Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>Steps of linear warm-up before the shape begins; 0 for none.</summary>
    [ConfigKey("warmup_steps", "Steps of linear warm-up before the shape begins; 0 for none.", Min = 0)]
    public long WarmupSteps { get; init; }

    /// <summary>Learning rate at the end (cosine, linear).</summary>
    [ConfigKey("min_learning_rate", "Learning rate at the end (cosine, linear).", Min = 0)]
    public double MinLearningRate { get; init; }

    /// <summary>Factor of each drop (step).</summary>
    [ConfigKey("drop", "Factor of each drop (step).", Min = 0, ExclusiveMin = true, Max = 1)]
    public double Drop { get; init; } = 0.5;

    /// <summary>Epochs from one drop to the next (step).</summary>
    [ConfigKey("every_epochs", "Epochs from one drop to the next (step).", Min = 1)]
    public int EveryEpochs { get; init; } = 10;

    /// <summary>Rate k of the decay, per epoch (exponential).</summary>
    [ConfigKey("decay_rate", "Rate of the decay, per epoch (exponential).", Min = 0)]
    public double DecayRate { get; init; } = 0.1;
}
