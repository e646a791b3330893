namespace DistSgd.Numerics.Tests.Support;

/// <summary>Comparison to the bit, which tells −0 from 0 and takes every NaN for the same.</summary>
internal static class Bits
{
    public static void ShouldBeBits(this ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        for (int i = 0; i < actual.Length; i++)
        {
            if (!Same(actual[i], expected[i]))
            {
                throw new ShouldAssertException($"{what}: element {i} is {actual[i]:R}, expected {expected[i]:R}.");
            }
        }
    }

    /// <summary>Number of doubles between two numbers of the same sign.</summary>
    public static long Distance(double a, double b) => Math.Abs(BitConverter.DoubleToInt64Bits(a) - BitConverter.DoubleToInt64Bits(b));

    private static bool Same(float a, float b) =>
        BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits(b) || (float.IsNaN(a) && float.IsNaN(b));
}
