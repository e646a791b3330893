using MathNet.Numerics.Distributions;

namespace DistSgd.Studies.Statistics;

/// <summary>A mean over trials with the half width of its 95 % interval (Student's t).</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Error">Half the width of the interval; NaN for a single trial.</param>
/// <param name="Count">Number of trials.</param>
public readonly record struct Estimate(double Mean, double Error, int Count)
{
    private const double Quantile = 0.975;

    /// <summary>Sums trials up.</summary>
    /// <param name="values">One value a trial; null where a trial has none.</param>
    /// <returns>The estimate; null if no trial has a value.</returns>
    public static Estimate? Of(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length switch
        {
            0 => null,
            1 => new Estimate(known[0], double.NaN, 1),
            int n => new Estimate(known.Average(), StandardError(known) * StudentT.InvCDF(0, 1, n - 1, Quantile), n),
        };
    }

    /// <summary>Whether two estimates differ: their intervals have nothing in common.</summary>
    /// <param name="other">The other.</param>
    /// <returns>False too where an interval is not known.</returns>
    public bool DiffersFrom(Estimate other) => Math.Abs(Mean - other.Mean) > Error + other.Error;

    private static double StandardError(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1) / values.Length);
    }
}
