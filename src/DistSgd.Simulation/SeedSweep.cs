using DistSgd.Simulation.Faults;

namespace DistSgd.Simulation;

/// <summary>Simulates many seeds, on all cores, and stops at the first that breaks a promise.</summary>
public static class SeedSweep
{
    /// <summary>Simulates seeds in their order, each on one thread.</summary>
    /// <param name="first">First seed.</param>
    /// <param name="last">Last seed.</param>
    /// <param name="threads">Number of threads.</param>
    /// <param name="progress">Told how many seeds are done, now and then; called by many threads.</param>
    /// <returns>What came of them; of the failing seeds the lowest is told, whatever the number of threads.</returns>
    public static SweepReport Run(ulong first, ulong last, int threads, Action<long>? progress = null)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, last);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var gate = new Lock();
        var report = new SweepReport { First = first, Last = last };
        ulong next = first;
        bool isTaken = false;

        ulong? Take()
        {
            lock (gate)
            {
                if (isTaken || next > (report.Failure?.Seed ?? last))
                {
                    return null;
                }

                isTaken = next == last;
                return next++;
            }
        }

        void Work()
        {
            while (Take() is { } seed)
            {
                SimulationReport one = ClusterSimulation.Run(ClusterSimulation.Plan(seed));
                lock (gate)
                {
                    report.Add(one);
                }

                progress?.Invoke(report.Seeds);
            }
        }

        Thread[] workers = [.. Enumerable.Range(0, threads).Select(t => new Thread(Work) { IsBackground = true, Name = $"simulation {t}" })];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return report;
    }
}

/// <summary>What came of many seeds.</summary>
public sealed record SweepReport
{
    private readonly Dictionary<FaultKind, long> _hits = [];

    /// <summary>First seed.</summary>
    public required ulong First { get; init; }

    /// <summary>Last seed.</summary>
    public required ulong Last { get; init; }

    /// <summary>Number of seeds that were simulated.</summary>
    public long Seeds { get; private set; }

    /// <summary>Number of steps in all runs.</summary>
    public long Steps { get; private set; }

    /// <summary>Number of things that happened in all runs.</summary>
    public long Happenings { get; private set; }

    /// <summary>Virtual time of all runs.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Most frames that were under way on one link of any run.</summary>
    public int MostUnderWay { get; private set; }

    /// <summary>How often each kind of fault has happened, every kind in its order.</summary>
    public IReadOnlyDictionary<FaultKind, long> Hits => Enum.GetValues<FaultKind>().ToDictionary(kind => kind, kind => _hits.GetValueOrDefault(kind));

    /// <summary>The lowest seed that broke a promise; null if none did.</summary>
    public SimulationReport? Failure { get; private set; }

    /// <summary>Adds what came of one seed.</summary>
    /// <param name="one">What came of it.</param>
    internal void Add(SimulationReport one)
    {
        Seeds++;
        Steps += one.Steps;
        Happenings += one.Happenings;
        Time += one.Time;
        MostUnderWay = Math.Max(MostUnderWay, one.MostUnderWay);
        foreach ((FaultKind kind, int count) in one.Hits)
        {
            _hits[kind] = _hits.GetValueOrDefault(kind) + count;
        }

        if (one.Problem is not null && !(Failure?.Seed < one.Seed))
        {
            Failure = one;
        }
    }
}
