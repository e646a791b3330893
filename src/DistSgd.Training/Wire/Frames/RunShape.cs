using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Config;

namespace DistSgd.Training.Wire.Frames;

/// <summary>What every peer of a run knows of its messages: nothing of another shape is received.</summary>
public sealed record RunShape
{
    /// <summary>Describes a run.</summary>
    /// <param name="vectorLength">Length of the model's parameters, padding included.</param>
    /// <param name="shards">Number of shards.</param>
    /// <param name="encoding">How gradients travel.</param>
    /// <exception cref="ArgumentOutOfRangeException">No run has such a shape.</exception>
    public RunShape(int vectorLength, int shards, GradientEncoding encoding)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectorLength, AlignedVector.LengthMultiple);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vectorLength, WireLimits.PayloadBytesMax / sizeof(float));
        ArgumentOutOfRangeException.ThrowIfNotEqual(vectorLength, AlignedVector.RoundUp(vectorLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shards, WireLimits.ShardsMax);
        VectorLength = vectorLength;
        Shards = shards;
        Encoding = encoding;
    }

    /// <summary>Length of the model's parameters, padding included.</summary>
    public int VectorLength { get; }

    /// <summary>Number of shards.</summary>
    public int Shards { get; }

    /// <summary>How gradients travel; everything else travels as it is.</summary>
    public GradientEncoding Encoding { get; }
}
