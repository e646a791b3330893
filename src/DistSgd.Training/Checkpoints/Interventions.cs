namespace DistSgd.Training.Checkpoints;

/// <summary>What the actions of the monitor have changed in a run: part of its state, kept in every checkpoint.</summary>
public sealed record Interventions
{
    /// <summary>A run that nothing was done to.</summary>
    public static Interventions None { get; } = new();

    /// <summary>Number of actions taken.</summary>
    public int Taken { get; init; }

    /// <summary>Completed steps when the last one was taken.</summary>
    public long LastStep { get; init; }

    /// <summary>What the learning rate of the schedule is multiplied by.</summary>
    public double RateScale { get; init; } = 1;

    /// <summary>Momentum that takes the place of the schedule's; null for the schedule's.</summary>
    public double? Momentum { get; init; }

    /// <summary>Limit of the gradient norm that was switched on; null for none.</summary>
    public double? ClipNorm { get; init; }
}
