using System.Text.Json.Serialization;

namespace DistSgd.Learning.Data;

/// <summary>Where the examples come from.</summary>
public enum DataSource
{
    /// <summary>The MNIST digits, fetched once and checked against their SHA-256 sums.</summary>
    Mnist,

    /// <summary>The images of clothing of Fashion-MNIST, fetched and checked likewise.</summary>
    [JsonStringEnumMemberName("fashion-mnist")]
    FashionMnist,

    /// <summary>An IDX pair of images and labels.</summary>
    Idx,

    /// <summary>A CSV file with a header and a label column.</summary>
    Csv,

    /// <summary>Generated: interleaved spirals in the plane.</summary>
    Spirals,

    /// <summary>Generated: Gaussian blobs.</summary>
    Blobs,

    /// <summary>Generated: inputs labelled by a random teacher network.</summary>
    Teacher,
}

/// <summary>How features are scaled before the first layer.</summary>
public enum FeatureScaling
{
    /// <summary>Bytes to [0, 1] by 1/255; real features by their minimum and maximum on the training part.</summary>
    Unit,

    /// <summary>Mean 0 and variance 1 on the training part: one mean and deviation for images, one for each column otherwise.</summary>
    Standard,

    /// <summary>As they are.</summary>
    None,
}

/// <summary>How examples are dealt to shards.</summary>
public enum ShardingKind
{
    /// <summary>In turn after one seeded shuffle: every shard is a fair sample.</summary>
    Iid,

    /// <summary>Sorted by label and cut in equal lengths: uneven on purpose.</summary>
    ByLabel,
}
