namespace DistSgd.Learning.Tests.Optimization.Support;

internal static class Approximately
{
    public static void ShouldBeNear(this float[] actual, double[] expected, double tolerance = 1e-6, string what = "result")
    {
        actual.Length.ShouldBe(expected.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double allowed = tolerance * Math.Max(1, Math.Abs(expected[i]));
            ((double)actual[i]).ShouldBe(expected[i], allowed, $"{what}, element {i}");
        }
    }
}
