using DistSgd.Learning.Data;

namespace DistSgd.Training.Config;

/// <summary>The examples and how they are dealt to shards.</summary>
/// <remarks>
/// Paths are no numeric keys: the SHA-256 of the data decides whether they are the same, so a file may move between two lives of a run.
/// </remarks>
public sealed record DataConfig
{
    private const int MnistValidation = 5000;
    private const int GeneralValidationFraction = 5;
    private const string RelativeTo = "Relative to this file; with --set, to the current directory.";

    /// <summary>Where the examples come from.</summary>
    [ConfigKey("source", "Where the examples come from.")]
    public DataSource Source { get; init; } = DataSource.Mnist;

    /// <summary>Number of shards S the training part is cut into; a property of the run, not of the cluster.</summary>
    [ConfigKey("shards", "Number of shards; fixes the bits of a run, whatever the number of workers.", Min = 1, Max = 1024)]
    public int Shards { get; init; } = 4;

    /// <summary>Examples held back for validation, or null for the usual number; see <see cref="ValidationCount"/>.</summary>
    [ConfigKey("validation", "Examples held back for validation; null: 5000 of the MNIST sets, a fifth of anything else.", Min = 0)]
    public int? Validation { get; init; }

    /// <summary>How features are scaled before the first layer.</summary>
    [ConfigKey("scaling", "How features are scaled before the first layer.")]
    public FeatureScaling Scaling { get; init; } = FeatureScaling.Unit;

    /// <summary>How examples are dealt to shards.</summary>
    [ConfigKey("sharding", "How examples are dealt to shards: fairly (iid), or uneven on purpose (by_label).")]
    public ShardingKind Sharding { get; init; } = ShardingKind.Iid;

    /// <summary>Training images (idx) or table (csv).</summary>
    [ConfigKey("path", "Training images (idx) or table (csv). " + RelativeTo, IsPath = true, Numeric = false)]
    public string? Path { get; init; }

    /// <summary>Training labels (idx).</summary>
    [ConfigKey("labels_path", "Training labels (idx). " + RelativeTo, IsPath = true, Numeric = false)]
    public string? LabelsPath { get; init; }

    /// <summary>Test images (idx) or table (csv); null for no test set.</summary>
    [ConfigKey("test_path", "Test images (idx) or table (csv); null for no test set. " + RelativeTo, IsPath = true, Numeric = false)]
    public string? TestPath { get; init; }

    /// <summary>Test labels (idx).</summary>
    [ConfigKey("test_labels_path", "Test labels (idx). " + RelativeTo, IsPath = true, Numeric = false)]
    public string? TestLabelsPath { get; init; }

    /// <summary>Column of the labels (csv); null for the last one.</summary>
    [ConfigKey("label_column", "Column of the labels (csv); null for the last one.")]
    public string? LabelColumn { get; init; }

    /// <summary>Examples to generate for training and validation together.</summary>
    [ConfigKey("examples", "Examples to generate, validation included (spirals, blobs, teacher).", Min = 1, Max = 100_000_000)]
    public int Examples { get; init; } = 4000;

    /// <summary>Examples to generate for the test set.</summary>
    [ConfigKey("test_examples", "Examples to generate for the test set (spirals, blobs, teacher).", Min = 0, Max = 100_000_000)]
    public int TestExamples { get; init; } = 1000;

    /// <summary>Classes to generate; with the loss mse the teacher gives one real target instead.</summary>
    [ConfigKey("classes",
        "Classes to generate (spirals, blobs, teacher); with loss mse the teacher gives one real target instead.",
        Min = 2, Max = 1000)]
    public int Classes { get; init; } = 3;

    /// <summary>Features of a generated example; spirals always have two.</summary>
    [ConfigKey("features", "Features of a generated example (blobs, teacher); spirals have two.", Min = 1, Max = 65_536)]
    public int Features { get; init; } = 2;

    /// <summary>Standard deviation of the noise in generated examples.</summary>
    [ConfigKey("noise", "Standard deviation of the noise in generated examples (of the angle in radians for spirals).", Min = 0)]
    public double Noise { get; init; } = 0.1;

    /// <summary>Number of examples held back for validation.</summary>
    /// <param name="examples">Number of examples before the split.</param>
    /// <returns><see cref="Validation"/> where it is given, else 5000 of MNIST and Fashion-MNIST or a fifth of anything else.</returns>
    public int ValidationCount(int examples) =>
        Validation ?? (Source is DataSource.Mnist or DataSource.FashionMnist ? MnistValidation : examples / GeneralValidationFraction);
}
