using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DistSgd.Numerics.Products;

/// <summary>Transposes part of a weight in panels, four by four elements at a time; nothing is calculated, so every path shares it.</summary>
internal static unsafe class PanelTranspose
{
    /// <summary>Turns some inputs of a weight into one panel [outputs, width].</summary>
    /// <param name="panels">The weight [inputs, outputs] in panels of output columns.</param>
    /// <param name="inputs">Padded number of inputs.</param>
    /// <param name="outputs">Padded number of outputs.</param>
    /// <param name="firstInput">First of the inputs.</param>
    /// <param name="width">Number of inputs to take, 16 or 32.</param>
    /// <param name="target">Receives the panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* panels, int inputs, int outputs, int firstInput, int width, float* target)
    {
        for (int o0 = 0; o0 < outputs; o0 += PanelProducts.PanelWidth)
        {
            int panelWidth = Math.Min(PanelProducts.PanelWidth, outputs - o0);
            float* panel = panels + ((nint)o0 * inputs) + ((nint)firstInput * panelWidth);
            for (int i = 0; i < width; i += 4)
            {
                for (int o = 0; o < panelWidth; o += 4)
                {
                    Block(panel + (i * panelWidth) + o, panelWidth, target + ((o0 + o) * width) + i, width);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* source, int sourceRow, float* target, int targetRow)
    {
        Vector128<float> r0 = Vector128.Load(source);
        Vector128<float> r1 = Vector128.Load(source + sourceRow);
        Vector128<float> r2 = Vector128.Load(source + (2 * sourceRow));
        Vector128<float> r3 = Vector128.Load(source + (3 * sourceRow));
        Vector128<float> even01 = Lower(r0, r2), even23 = Upper(r0, r2), odd01 = Lower(r1, r3), odd23 = Upper(r1, r3);
        Lower(even01, odd01).Store(target);
        Upper(even01, odd01).Store(target + targetRow);
        Lower(even23, odd23).Store(target + (2 * targetRow));
        Upper(even23, odd23).Store(target + (3 * targetRow));
    }

    // a0 b0 a1 b1
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Lower(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    // a2 b2 a3 b3
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Upper(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
