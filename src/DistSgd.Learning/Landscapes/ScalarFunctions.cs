using System.Numerics.Tensors;
using DistSgd.Numerics;

namespace DistSgd.Learning.Landscapes;

/// <summary>Transcendental functions of one number with the same bits on every machine, for the formulas of landscapes.</summary>
/// <remarks>Unlike <see cref="PortableMath"/>'s they take every argument: an optimizer that diverges meets NaN, no exception.</remarks>
internal static class ScalarFunctions
{
    /// <summary>cos x; NaN for angles beyond <see cref="PortableMath.LargestAngle"/>.</summary>
    public static double Cos(double x) => Math.Abs(x) <= PortableMath.LargestAngle ? PortableMath.Cos(x) : double.NaN;

    /// <summary>sin x; NaN for angles beyond <see cref="PortableMath.LargestAngle"/>.</summary>
    public static double Sin(double x) => Math.Abs(x) <= PortableMath.LargestAngle ? PortableMath.Sin(x) : double.NaN;

    /// <summary>eˣ.</summary>
    public static double Exp(double x)
    {
        double result = 0;
        TensorPrimitives.Exp([x], new Span<double>(ref result));
        return result;
    }

    /// <summary>tanh x.</summary>
    public static double Tanh(double x)
    {
        double result = 0;
        TensorPrimitives.Tanh([x], new Span<double>(ref result));
        return result;
    }
}
