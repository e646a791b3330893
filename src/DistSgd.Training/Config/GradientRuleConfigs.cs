namespace DistSgd.Training.Config;

/// <summary>NaN or infinity in loss, gradient or parameters.</summary>
public sealed record NonFiniteRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;
}

/// <summary>Gradients that grow out of bounds.</summary>
public sealed record ExplodingGradientRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Global gradient norm above which the rule fires.</summary>
    [ConfigKey("norm", "Global gradient norm above which the rule fires.", Min = 0, ExclusiveMin = true)]
    public double Norm { get; init; } = 100;

    /// <summary>Multiple of the running median of the norm above which the rule fires.</summary>
    [ConfigKey("growth", "Multiple of its running median above which the norm is exploding.", Min = 1, ExclusiveMin = true)]
    public double Growth { get; init; } = 10;

    /// <summary>Steps of the running median.</summary>
    [ConfigKey("window", "Steps of the running median.", Min = 1)]
    public int Window { get; init; } = 100;

    /// <summary>Examples over which gradients are averaged before they are judged.</summary>
    [ConfigKey("min_examples", "Examples over which gradients are averaged before they are judged.", Min = 1)]
    public int MinExamples { get; init; } = 512;
}

/// <summary>Gradients that die away towards the input.</summary>
public sealed record VanishingGradientRuleConfig
{
    /// <summary>Whether the rule is on.</summary>
    [ConfigKey("enabled", "Whether the rule is on.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Mean global gradient norm below which the rule fires.</summary>
    [ConfigKey("norm", "Mean global gradient norm below which the rule fires.", Min = 0)]
    public double Norm { get; init; } = 1e-7;

    /// <summary>Mean magnitude of the gradient elements of a layer below which the rule fires.</summary>
    [ConfigKey("layer_mean", "Mean magnitude of a layer's gradient elements below which the rule fires.", Min = 0)]
    public double LayerMean { get; init; } = 1e-7;

    /// <summary>Ratio of the first layer's gradient norm to the last one's below which training may have stalled.</summary>
    [ConfigKey("ratio", "Norm of the first layer's gradient over the last one's below which learning may have stalled.", Min = 0)]
    public double Ratio { get; init; } = 1e-3;

    /// <summary>Gradient norm of the first layer below which <see cref="Ratio"/> counts.</summary>
    [ConfigKey("first_layer_norm", "Norm of the first layer's gradient below which the ratio counts.", Min = 0)]
    public double FirstLayerNorm { get; init; } = 1e-4;

    /// <summary>Examples over which gradients are averaged before they are judged.</summary>
    [ConfigKey("min_examples", "Examples over which gradients are averaged before they are judged.", Min = 1)]
    public int MinExamples { get; init; } = 512;
}
