namespace DistSgd.Studies.Networks;

/// <summary>The studies of small networks, run by the product's own gradients and training loop.</summary>
public static class NetworkStudies
{
    /// <summary>The studies, in the order of reading.</summary>
    public static IReadOnlyList<INamedStudy> All { get; } =
    [
        new VanishingStudy(),
        new ZeroInitializationStudy(),
        new NegativeEigenvaluesStudy(),
        new SimilarMinimaStudy(),
        new DerivativeCostStudy(TimeProvider.System),
    ];
}
