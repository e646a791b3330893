namespace DistSgd.Learning.Gradients;

/// <summary>What is known of one slice: the examples that one shard gives to one step.</summary>
public struct SliceStatistics
{
    /// <summary>The shard.</summary>
    public int Shard;

    /// <summary>Number of examples, at least 1.</summary>
    public int Examples;

    /// <summary>Sum of the losses of the examples, in ascending order of the slice.</summary>
    public double LossSum;

    /// <summary>Number of examples whose predicted class is right.</summary>
    public int Correct;

    /// <summary>Squared Euclidean norm of the summed gradient, to five digits or more; below 1e-33 it reads low, down to 0.</summary>
    public double SquaredNorm;

    /// <summary>True if loss and gradient are finite; only such slices are summed.</summary>
    public readonly bool IsFinite => double.IsFinite(LossSum) && double.IsFinite(SquaredNorm);

    /// <summary>Norm of the slice's mean gradient.</summary>
    public readonly double MeanNorm => Math.Sqrt(SquaredNorm) / Examples;
}
