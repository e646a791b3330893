using System.Diagnostics;

namespace DistSgd.Benchmarks.Measuring;

/// <summary>An action of this process, repeated.</summary>
/// <param name="name">Name in the table.</param>
/// <param name="action">One repetition.</param>
internal sealed class Loop(string name, Action action) : IContender
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public double Run(int steps)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
