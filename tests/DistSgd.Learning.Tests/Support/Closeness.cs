namespace DistSgd.Learning.Tests.Support;

internal static class Closeness
{
    /// <summary>
    /// Requires every element within a fraction of the largest element: single precision loses digits in cancelling sums, so a small
    /// element is as exact as the large terms it was summed from.
    /// </summary>
    public static void ShouldBeCloseTo(this float[] actual, double[] expected, double tolerance, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < actual.Length; i++)
        {
            ((double)actual[i]).ShouldBe(expected[i], tolerance * scale, $"{what}, element {i}");
        }
    }

    public static void ShouldHaveTheBitsOf(this ReadOnlySpan<float> actual, ReadOnlySpan<float> expected, string what) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(actual)
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(expected)).ShouldBeTrue(what);
}
