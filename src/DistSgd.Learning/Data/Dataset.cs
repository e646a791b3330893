namespace DistSgd.Learning.Data;

/// <summary>Everything a run learns from and is tested on.</summary>
/// <param name="Name">Name for people, for instance <c>mnist</c>.</param>
/// <param name="Train">The training examples, before a validation part is taken from them.</param>
/// <param name="Test">The test examples, of the same width and storage; <see cref="Examples.Count"/> is 0 if there are none.</param>
/// <param name="Classes">Number of classes; 0 if the targets are real numbers.</param>
/// <param name="Sha256">Digest of the data in lower-case hexadecimal, by which two nodes see that they hold the same.</param>
public sealed record Dataset(string Name, Examples Train, Examples Test, int Classes, string Sha256)
{
    /// <summary>Names of the classes in the order of their numbers, or null if the data has numbers only.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>Names of the features in their order, or null if the data has none.</summary>
    public IReadOnlyList<string>? FeatureNames { get; init; }
}
