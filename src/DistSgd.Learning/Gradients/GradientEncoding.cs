namespace DistSgd.Learning.Gradients;

/// <summary>How gradients are encoded between worker and server.</summary>
public enum GradientEncoding
{
    /// <summary>As they are: nothing is lost.</summary>
    Float32,

    /// <summary>The upper half of each float, rounded to nearest, ties to even: half the bytes, 8 significant bits.</summary>
    Bfloat16,
}
