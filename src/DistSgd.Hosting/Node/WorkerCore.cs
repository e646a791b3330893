using System.Diagnostics;
using System.Numerics;

namespace DistSgd.Hosting.Node;

/// <summary>Ties the computing thread of a worker to a core.</summary>
/// <remarks>
/// With as many workers as cores the system, asked for a core when the server's thread still holds the right one, now and then queues a
/// worker behind another and leaves a core idle: such a step takes half as long again.
/// </remarks>
public static class WorkerCore
{
    /// <summary>Ties the calling process's main thread, and the threads that it starts from now on, to one of the cores that it may use.</summary>
    /// <param name="index">Which of them, from 0; counted on from the first again where there are fewer.</param>
    /// <returns>False where the system knows no such thing.</returns>
    public static bool Tie(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
        {
            return false;
        }

        using var process = Process.GetCurrentProcess();
        ulong allowed = (ulong)process.ProcessorAffinity;
        for (int skip = index % BitOperations.PopCount(allowed); skip > 0; skip--)
        {
            allowed &= allowed - 1;
        }

        process.ProcessorAffinity = (nint)(allowed & (~allowed + 1));
        return true;
    }
}
