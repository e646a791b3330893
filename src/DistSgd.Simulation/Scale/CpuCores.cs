using DistSgd.Simulation.World;

namespace DistSgd.Simulation.Scale;

/// <summary>The cores of a machine, shared evenly by what wants to run: with more bursts than cores each gets its part of them.</summary>
/// <remarks>Processor sharing is what the system's scheduler comes close to where bursts last a few milliseconds at most.</remarks>
/// <param name="agenda">Virtual time.</param>
/// <param name="count">Number of cores.</param>
internal sealed class CpuCores(Agenda agenda, int count)
{
    private const double Done = 1e-9; // seconds: a hundredth of the agenda's unit

    private readonly List<Burst> _bursts = [];
    private TimeSpan _lookedAt;
    private long _plan;

    /// <summary>Most bursts that wanted to run at the same time.</summary>
    public int Most { get; private set; }

    /// <summary>Uses processor time.</summary>
    /// <param name="seconds">How much, at least 0.</param>
    /// <param name="done">Called when it has been used.</param>
    public void Run(double seconds, Action done)
    {
        Pass();
        _bursts.Add(new Burst { Left = seconds, Done = done });
        Most = Math.Max(Most, _bursts.Count);
        Plan();
    }

    private double Rate => Math.Min(1, (double)count / _bursts.Count);

    private void Pass()
    {
        double used = (agenda.Now - _lookedAt).TotalSeconds * Rate;
        _lookedAt = agenda.Now;
        foreach (Burst burst in _bursts)
        {
            burst.Left -= used;
        }
    }

    private void Plan()
    {
        long plan = ++_plan;
        if (_bursts.Count > 0)
        {
            double seconds = Math.Max(0, _bursts.Min(burst => burst.Left)) / Rate;
            agenda.In(TimeSpan.FromTicks((long)Math.Ceiling(seconds * TimeSpan.TicksPerSecond)), () => End(plan));
        }
    }

    private void End(long plan)
    {
        if (plan != _plan)
        {
            return; // another burst has come since
        }

        Pass();
        Burst[] ended = [.. _bursts.Where(burst => burst.Left <= Done)];
        _bursts.RemoveAll(burst => burst.Left <= Done);
        Plan();
        Array.ForEach(ended, burst => burst.Done());
    }

    private sealed class Burst
    {
        public required double Left { get; set; }

        public required Action Done { get; init; }
    }
}
