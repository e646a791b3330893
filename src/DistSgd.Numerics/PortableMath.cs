namespace DistSgd.Numerics;

/// <summary>
/// Transcendental functions from IEEE arithmetic alone, so that every machine gives the same bits.
/// The platform's <see cref="Math"/> follows the C library and its processor dispatch.
/// </summary>
public static class PortableMath
{
    /// <summary>Largest magnitude of an argument of <see cref="Sin"/> and <see cref="Cos"/>.</summary>
    public const double LargestAngle = 1e6;

    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    // π/2 in four pieces of 33 bits, so that the product of a piece with a whole number below 2^20 is exact (fdlibm's e_rem_pio2).
    private const double TwoOverPi = 6.36619772367581382433e-01;
    private const double HalfPi1 = 1.57079632673412561417e+00;
    private const double HalfPi2 = 6.07710050630396597660e-11;
    private const double HalfPi3 = 2.02226624871116645580e-21;
    private const double HalfPi3Tail = 8.47842766036889956997e-32;

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

    /// <summary>Sine, error below one unit in the last place (reduction and polynomials of fdlibm's s_sin and k_sin).</summary>
    /// <param name="x">The angle in radians, at most <see cref="LargestAngle"/> in magnitude.</param>
    /// <returns>sin x.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The angle is too large or not a number.</exception>
    public static double Sin(double x) => Sine(x, quarterTurns: 0);

    /// <summary>Cosine, error below one unit in the last place (reduction and polynomials of fdlibm's s_cos and k_cos).</summary>
    /// <param name="x">The angle in radians, at most <see cref="LargestAngle"/> in magnitude.</param>
    /// <returns>cos x.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The angle is too large or not a number.</exception>
    public static double Cos(double x) => Sine(x, quarterTurns: 1);

    /// <summary>sin(x + quarterTurns · π/2).</summary>
    private static double Sine(double x, int quarterTurns)
    {
        if (!(Math.Abs(x) <= LargestAngle))
        {
            throw new ArgumentOutOfRangeException(nameof(x), x, $"The angle must lie between -{LargestAngle} and {LargestAngle} radians.");
        }

        double turns = Math.Round(x * TwoOverPi);
        (double angle, double tail) = Reduce(x, turns);
        double value = (((int)turns + quarterTurns) & 1) == 0 ? SineNearZero(angle, tail) : CosineNearZero(angle, tail);
        return (((int)turns + quarterTurns) & 2) == 0 ? value : -value;
    }

    /// <summary>x − turns · π/2 as the sum of a double and a tail far below its last place.</summary>
    private static (double Angle, double Tail) Reduce(double x, double turns)
    {
        double first = x - (turns * HalfPi1);
        double second = first - (turns * HalfPi2);
        double lostBySecond = (first - second) - (turns * HalfPi2);
        double third = second - (turns * HalfPi3);
        double lostByThird = (second - third) - (turns * HalfPi3);
        double rest = lostBySecond + (lostByThird - (turns * HalfPi3Tail));
        double angle = third + rest;
        return (angle, (third - angle) + rest);
    }

    private static double SineNearZero(double x, double tail)
    {
        double z = x * x;
        double cube = z * x;
        double r = 8.33333333332248946124e-03 + (z * (-1.98412698298579493134e-04 + (z * (2.75573137070700676789e-06
            + (z * (-2.50507602534068634195e-08 + (z * 1.58969099521155010221e-10)))))));
        return x - (((z * ((0.5 * tail) - (cube * r))) - tail) + (cube * 1.66666666666666324348e-01));
    }

    private static double CosineNearZero(double x, double tail)
    {
        double z = x * x;
        double r = z * (4.16666666666666019037e-02 + (z * (-1.38888888888741095749e-03 + (z * (2.48015872894767294178e-05
            + (z * (-2.75573143513906633035e-07 + (z * (2.08757232129817482790e-09 + (z * -1.13596475577881948265e-11))))))))));
        double half = 0.5 * z;
        double one = 1 - half;
        return one + (((1 - one) - half) + ((z * r) - (x * tail)));
    }
}
