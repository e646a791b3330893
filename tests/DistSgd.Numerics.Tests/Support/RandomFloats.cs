using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;

namespace DistSgd.Numerics.Tests.Support;

internal static class RandomFloats
{
    /// <summary>Standard normal floats whose low bits are all in use, so that another order of summation shows.</summary>
    public static float[] Draw(ulong seed, int count)
    {
        var random = new RandomStream(seed, StreamPurpose.Test);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextNormal())];
    }

    public static AlignedVector DrawAligned(ulong seed, int count)
    {
        var vector = new AlignedVector(count);
        Draw(seed, count).CopyTo(vector.Span);
        return vector;
    }
}
