using System.Runtime.Intrinsics;

namespace DistSgd.Numerics.Vectors;

/// <summary>
/// The vector width that the kernels of this process use: the widest of the hardware, or the one asked for in the environment.
/// </summary>
/// <remarks>All paths give the same bits; the variable serves tests and comparisons of speed.</remarks>
public static class VectorPath
{
    /// <summary>Name of the environment variable that selects a path: 512, 256 or 128.</summary>
    public const string Variable = "DISTSGD_VECTOR_BITS";

    /// <summary>The chosen width in bits. Falls back to the hardware's width where the variable is unusable; see <see cref="Problem"/>.</summary>
    public static readonly int Bits = Choose(Environment.GetEnvironmentVariable(Variable), HardwareBits, out ProblemOfVariable);

    private static readonly string? ProblemOfVariable;

    /// <summary>The widest path that this processor has in hardware.</summary>
    public static int HardwareBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>What is wrong with the environment variable, or null. A program checks it once at its start.</summary>
    public static string? Problem => ProblemOfVariable;

    /// <summary>Chooses a path.</summary>
    /// <param name="requested">The text of the variable, or null for the widest.</param>
    /// <param name="hardwareBits">The widest path of the hardware.</param>
    /// <param name="problem">Why the request cannot be met, or null.</param>
    /// <returns>The width in bits.</returns>
    public static int Choose(string? requested, int hardwareBits, out string? problem)
    {
        problem = null;
        if (string.IsNullOrEmpty(requested))
        {
            return hardwareBits;
        }

        if (requested is not ("512" or "256" or "128"))
        {
            problem = $"{Variable} is '{requested}'; expected 512, 256 or 128.";
            return hardwareBits;
        }

        int bits = int.Parse(requested, System.Globalization.CultureInfo.InvariantCulture);
        if (bits > hardwareBits)
        {
            problem = $"{Variable} is {bits}, but the widest vectors of this processor are {hardwareBits} bits.";
            return hardwareBits;
        }

        return bits;
    }
}
