using DistSgd.Hosting.InProcess;
using DistSgd.Learning;
using DistSgd.Learning.Noise;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Studies.Noise;

/// <summary>The noise at one point of a run: what is so, and what the run itself estimated on the way there.</summary>
public sealed record NoisePoint
{
    /// <summary>The run.</summary>
    public required string Run { get; init; }

    /// <summary>Completed steps.</summary>
    public required long Step { get; init; }

    /// <summary>Examples of the next step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>σ of the noise that is added to each element of its gradient.</summary>
    public required double AddedNoise { get; init; }

    /// <summary>Elements of the gradient.</summary>
    public required int Parameters { get; init; }

    /// <summary>Mean loss.</summary>
    public required double Loss { get; init; }

    /// <summary>tr Σ and ‖G‖², exact.</summary>
    public required GradientNoise Exact { get; init; }

    /// <summary>The same, layer by layer.</summary>
    public required IReadOnlyList<GradientNoise> Layers { get; init; }

    /// <summary>What the run estimated: over the steps since the point before, or smoothed up to here; null where that is not known.</summary>
    public NoiseScale? Estimate { get; init; }

    /// <summary>tr(HΣ) and what follows; null if it was not asked for.</summary>
    public CurvedNoise? Curved { get; init; }

    /// <summary>Variance of a step's gradient that comes from the batch: tr Σ/B.</summary>
    public double BatchVariance => Exact.Trace / BatchSize;

    /// <summary>Variance that was added: Pσ².</summary>
    public double AddedVariance => Parameters * AddedNoise * AddedNoise;

    /// <summary>Measures a point on the calling thread.</summary>
    /// <param name="trial">The run.</param>
    /// <param name="index">Which of its points.</param>
    /// <param name="options">How closely.</param>
    /// <param name="withCurvature">Whether the Hessian's products are taken.</param>
    /// <returns>The point.</returns>
    internal static NoisePoint Measure(NoiseTrial trial, int index, NoiseOptions options, bool withCurvature)
    {
        Checkpoint point = trial.Checkpoints[index];
        int all = trial.Task.Data.Count(DataPart.Training), examples = Math.Min(options.Examples ?? all, all);
        var exact = new ExactNoise(point.Layout, point.Parameters, examples);
        CurvatureCluster.Run(trial.Task, workers: 1, examples, exact.Requests());
        CurvedNoise? curved = null;
        if (withCurvature && options.HessianExamples > 1)
        {
            int few = Math.Min(options.HessianExamples, all);
            curved = new CurvedNoise(point.Layout, point.Parameters, few, options.Directions, options.Seed);
            CurvatureCluster.Run(trial.Task, workers: 1, few, curved.Requests());
        }

        NoiseSums? before = trial.AreWindows && index > 0 ? trial.Checkpoints[index - 1].State.Noise : null;
        return new NoisePoint
        {
            Run = trial.Name,
            Step = point.State.Step,
            BatchSize = trial.Task.Batches.BatchOf((int)trial.Task.Batches.EpochOf(Math.Min(point.State.Step, trial.Task.TotalSteps - 1))),
            AddedNoise = trial.Task.Optimizer.GradientNoise,
            Parameters = point.Layout.ParameterCount,
            Loss = exact.Loss,
            Exact = exact.Whole,
            Layers = exact.Layers,
            Estimate = point.State.Noise is { } sums ? (before is { } earlier ? sums.Since(earlier) : sums).Read() : null,
            Curved = curved,
        };
    }
}

/// <summary>How near the gradients of batches of one size are to the true one at one point.</summary>
/// <param name="Step">The point.</param>
/// <param name="BatchSize">Examples of a batch.</param>
/// <param name="Cosine">Mean cosine of the angle.</param>
/// <param name="CosineError">Half its 95 % interval.</param>
/// <param name="Variance">Mean of ‖g − G‖²/‖G‖².</param>
/// <param name="VarianceError">Half its 95 % interval.</param>
/// <param name="Law">What B_simple/B, corrected for drawing without replacement, says the variance is.</param>
public sealed record QualityPoint(long Step, int BatchSize, double Cosine, double CosineError, double Variance, double VarianceError, double Law);
