namespace DistSgd.Training.Server;

/// <summary>What one step did, as the server measured it.</summary>
public struct StepResult
{
    /// <summary>Number of completed steps, this one included.</summary>
    public long Step;

    /// <summary>Whether the update was applied, and if not why.</summary>
    public StepOutcome Outcome;

    /// <summary>Number of examples of the batch.</summary>
    public int Examples;

    /// <summary>Number of examples whose slices were finite.</summary>
    public int ExamplesKept;

    /// <summary>Number of slices with a NaN or an infinity in loss or gradient.</summary>
    public int NonFiniteSlices;

    /// <summary>Sum of the losses of the kept examples.</summary>
    public double LossSum;

    /// <summary>Number of kept examples whose predicted class was right.</summary>
    public int Correct;

    /// <summary>Norm of the mean gradient before clipping.</summary>
    public double GradientNorm;

    /// <summary>True if the norm was above the limit of clipping by norm.</summary>
    public bool Clipped;

    /// <summary>Learning rate of the step.</summary>
    public double LearningRate;

    /// <summary>Momentum of the step.</summary>
    public double Momentum;

    /// <summary>Norm of the mean gradient of the slice where it is largest.</summary>
    public double LargestSliceNorm;

    /// <summary>Shard of that slice, −1 if no slice was finite.</summary>
    public int LargestSliceShard;

    /// <summary>Number of kept slices.</summary>
    public int Slices;

    /// <summary>Σ n‖g‖² over the kept slices, n examples and the mean gradient g each: what the noise scale is estimated from.</summary>
    public double ScaledSquares;

    /// <summary>Mean loss of the kept examples; NaN if there are none.</summary>
    public readonly double Loss => LossSum / ExamplesKept;

    /// <summary>Adds another update of the same step.</summary>
    /// <param name="update">The update.</param>
    /// <returns>Both together; the norm of the gradient is the larger one, the outcome is applied if one was.</returns>
    public readonly StepResult With(in StepResult update)
    {
        StepResult both = this;
        both.Examples += update.Examples;
        both.NonFiniteSlices += update.NonFiniteSlices;
        if (update.Outcome != StepOutcome.Applied)
        {
            return both;
        }

        both.Outcome = StepOutcome.Applied;
        both.ExamplesKept += update.ExamplesKept;
        both.LossSum += update.LossSum;
        both.Correct += update.Correct;
        both.Clipped |= update.Clipped;
        both.GradientNorm = Math.Max(GradientNorm, update.GradientNorm);
        if (update.LargestSliceNorm > LargestSliceNorm || LargestSliceShard < 0)
        {
            both.LargestSliceNorm = update.LargestSliceNorm;
            both.LargestSliceShard = update.LargestSliceShard;
        }

        return both;
    }
}

/// <summary>How a step ended.</summary>
public enum StepOutcome
{
    /// <summary>The parameters were updated.</summary>
    Applied,

    /// <summary>A slice had a non-finite loss or gradient and the policy does not leave it out alone.</summary>
    NonFiniteSlice,

    /// <summary>The slices were finite, their sum was not.</summary>
    NonFiniteSum,

    /// <summary>The update would have made a parameter non-finite; the old parameters stay.</summary>
    NonFiniteParameters,
}
