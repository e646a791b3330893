namespace DistSgd.Numerics;

/// <summary>A straight line through points by least squares.</summary>
public static class LineFit
{
    /// <summary>The slope of the line.</summary>
    /// <param name="x">Abscissas, at least two different ones.</param>
    /// <param name="y">Ordinates, as many.</param>
    /// <returns>The slope; NaN or infinite if an ordinate is.</returns>
    public static double Slope(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        double meanX = x.Average();
        double meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }

    /// <summary>The exponent p of the power law y ∝ xᵖ that fits best.</summary>
    /// <param name="x">Abscissas above 0, at least two different ones.</param>
    /// <param name="y">Ordinates above 0, as many.</param>
    /// <returns>The exponent.</returns>
    public static double Exponent(IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        Slope([.. x.Select(value => PortableMath.Log(value))], [.. y.Select(value => PortableMath.Log(value))]);
}
