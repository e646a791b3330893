namespace DistSgd.Learning.Landscapes;

/// <summary>Operations on the few coordinates of a point, always in the same order.</summary>
internal static class VectorMath
{
    public static double Dot(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    public static double Norm(IReadOnlyList<double> a) => Math.Sqrt(Dot(a, a));

    public static double Distance(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Count; i++)
        {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }

        return Math.Sqrt(sum);
    }

    /// <summary>point + scale · direction, a new array.</summary>
    public static double[] Along(double[] point, double scale, double[] direction)
    {
        var moved = new double[point.Length];
        for (int i = 0; i < point.Length; i++)
        {
            moved[i] = point[i] + (scale * direction[i]);
        }

        return moved;
    }

    public static bool IsFinite(double[] a) => Array.TrueForAll(a, double.IsFinite);
}
