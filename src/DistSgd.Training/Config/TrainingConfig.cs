using DistSgd.Learning.Data;

namespace DistSgd.Training.Config;

/// <summary>Length of the run, batch, evaluation, checkpoints.</summary>
public sealed record TrainingConfig
{
    /// <summary>Examples a step, over all workers; null for the whole training part, spelled <c>all</c>.</summary>
    [ConfigKey("batch_size", "Examples a step, over all workers; all: the training part. Usual 8 to 2048.", Min = 1, NullWord = "all")]
    public int? BatchSize { get; init; } = 128;

    /// <summary>Growth of the batch over the run, or null for a constant one.</summary>
    [ConfigKey("batch_growth", "Batch that grows over the run, in place of a falling learning rate; schedules then count steps of the first batch. null: constant.")]
    public BatchGrowthConfig? BatchGrowth { get; init; }

    /// <summary>Passes over the training part; null where <see cref="Steps"/> is set.</summary>
    [ConfigKey("epochs", "Passes over the training part; given with --set, it takes the place of steps in the file.", Min = 1, InsteadOf = "steps")]
    public int? Epochs { get; init; } = 5;

    /// <summary>Length of the run in steps; null where <see cref="Epochs"/> is set.</summary>
    [ConfigKey("steps", "Length of the run in steps; given with --set, it takes the place of epochs in the file.", Min = 1, InsteadOf = "epochs")]
    public long? Steps { get; init; }

    /// <summary>Steps from one evaluation to the next; null for once an epoch, spelled <c>epoch</c>.</summary>
    [ConfigKey("evaluate_every", "Steps from one evaluation to the next; epoch: at the end of each epoch.", Min = 1, NullWord = "epoch")]
    public long? EvaluateEvery { get; init; }

    /// <summary>When to stop for want of progress, or null for never.</summary>
    [ConfigKey("early_stopping", "Stops when the validation loss no longer improves; null for never.")]
    public EarlyStoppingConfig? EarlyStopping { get; init; }

    /// <summary>Steps from one checkpoint to the next; 0 for one at either end only. A disk that does not keep up gets fewer.</summary>
    [ConfigKey("checkpoint_every", "Steps from one checkpoint to the next; 0: only at the ends.", Min = 0, Numeric = false)]
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>Checkpoints kept besides the first and the final one.</summary>
    [ConfigKey("keep_checkpoints", "Checkpoints kept besides the first and the final one.", Min = 1, Max = 10_000, Numeric = false)]
    public int KeepCheckpoints { get; init; } = 3;
}

/// <summary>A batch that grows from one stage of epochs to the next, rounded down; schedules then run in epochs, not in steps.</summary>
public sealed record BatchGrowthConfig
{
    /// <summary>Growth of the batch from one stage to the next.</summary>
    [ConfigKey("factor", "Growth of the batch from one stage to the next; usual 2 to 5.", Min = BatchGrowth.FactorMin, Max = BatchGrowth.FactorMax)]
    public double Factor { get; init; } = 2;

    /// <summary>Epochs of a stage.</summary>
    [ConfigKey("every_epochs", "Epochs from one growth of the batch to the next.", Min = 1)]
    public int EveryEpochs { get; init; } = 1;

    /// <summary>Most examples of a step; null for all training examples.</summary>
    [ConfigKey("max", "Most examples a step; null: the training part.", Min = 1)]
    public int? Max { get; init; }

    /// <summary>The growth as the plan of the batches takes it.</summary>
    /// <returns>The same numbers.</returns>
    public BatchGrowth ToGrowth() => new(Factor, EveryEpochs, Max);
}

/// <summary>Stops a run whose validation loss no longer improves.</summary>
public sealed record EarlyStoppingConfig
{
    /// <summary>Evaluations without improvement before the run stops.</summary>
    [ConfigKey("patience", "Evaluations without improvement before the run stops.", Min = 1)]
    public int Patience { get; init; } = 3;

    /// <summary>Fall of the validation loss that counts as an improvement; it must be larger than this.</summary>
    [ConfigKey("min_delta", "Smallest fall of the validation loss that counts.", Min = 0)]
    public double MinDelta { get; init; }
}
