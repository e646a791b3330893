namespace DistSgd.Studies.Noise;

/// <summary>How closely <c>study noise</c> looks.</summary>
public sealed record NoiseOptions
{
    /// <summary>Points of a run that is trained for the study, its start aside.</summary>
    public int Points { get; init; } = 12;

    /// <summary>Training examples that the exact values are taken over; null for all.</summary>
    public int? Examples { get; init; }

    /// <summary>Training examples that the Hessian's products are taken over, at most all; 0 for no products.</summary>
    public int HessianExamples { get; init; } = 4_000;

    /// <summary>Random vectors of the estimate of tr(HΣ).</summary>
    public int Directions { get; init; } = 16;

    /// <summary>Standard deviations σ of the noise that companion runs add to every element of the gradient; null for one that makes as much noise as the smaller batch.</summary>
    public IReadOnlyList<double>? Noise { get; init; }

    /// <summary>How many times smaller the batch of the companion run is; 1 for no companions.</summary>
    public int SmallerBatch { get; init; } = 8;

    /// <summary>Batches drawn for each measurement of a gradient's quality.</summary>
    public int Draws { get; init; } = 32;

    /// <summary>Seed of everything that is drawn.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Whether the run's shards were cut by label, so that its own estimates count the differences between them.</summary>
    public bool IsByLabel { get; init; }

    /// <summary>Measurements that run at the same time; no number depends on it.</summary>
    public required int Threads { get; init; }

    /// <summary>The command that makes the study anew.</summary>
    public required string Command { get; init; }

    /// <summary>Told what is being done, on the calling thread.</summary>
    public required Action<string, int> Stage { get; init; }
}
