namespace DistSgd.Numerics;

/// <summary>
/// Transcendental functions from IEEE arithmetic alone, so that every machine gives the same bits.
/// The platform's <see cref="Math"/> follows the C library and its processor dispatch.
/// </summary>
public static class PortableMath
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>Natural logarithm, error below one unit in the last place (argument reduction and polynomial of fdlibm's e_log).</summary>
    /// <param name="x">The argument.</param>
    /// <returns>ln x; −∞ at 0, NaN below 0.</returns>
    public static double Log(double x)
    {
        if (double.IsNaN(x) || x < 0)
        {
            return double.NaN;
        }

        if (x == 0)
        {
            return double.NegativeInfinity;
        }

        if (double.IsPositiveInfinity(x))
        {
            return x;
        }

        int exponent = 0;
        if (double.IsSubnormal(x))
        {
            x *= 1L << 54;
            exponent = -54;
        }

        // x = 2^exponent · m with m in [√½, √2).
        long bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        // ln m = f − f²/2 + s·(f²/2 + R(s²)) with s = f / (2 + f).
        double f = m - 1;
        double s = f / (2 + f);
        double z = s * s;
        double w = z * z;
        double even = w * (0.3999999999940941908 + (w * (0.2222219843214978396 + (w * 0.1531383769920937332))));
        double odd = z * (0.6666666666666735130 + (w * (0.2857142874366239149 + (w * (0.1818357216161805012 + (w * 0.1479819860511658591))))));
        double half = 0.5 * f * f;
        return (exponent * Ln2High) - (half - ((s * (half + even + odd)) + (exponent * Ln2Low)) - f);
    }
}
