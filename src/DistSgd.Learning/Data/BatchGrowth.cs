namespace DistSgd.Learning.Data;

/// <summary>A batch that grows over the run in place of a learning rate that falls.</summary>
/// <remarks>S. L. Smith et al.: Don't Decay the Learning Rate, Increase the Batch Size, 2018.</remarks>
/// <param name="Factor">Growth from one stage to the next, <see cref="FactorMin"/> to <see cref="FactorMax"/>.</param>
/// <param name="EveryEpochs">Epochs of a stage, at least 1.</param>
/// <param name="Max">Most examples of a step; null for all training examples.</param>
public sealed record BatchGrowth(double Factor, int EveryEpochs, int? Max = null)
{
    /// <summary>Least growth of a stage, which bounds the number of stages before the batch can grow no more.</summary>
    public const double FactorMin = 1.001;

    /// <summary>Largest growth of a stage.</summary>
    public const double FactorMax = 1000;
}
