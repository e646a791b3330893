using DistSgd.Simulation.Network;

namespace DistSgd.Simulation.Checks;

/// <summary>Nothing grows without end: frames under way on each link, what a frozen process has to catch up with, the agenda.</summary>
/// <param name="shards">Number of shards.</param>
/// <param name="workers">Number of workers.</param>
internal sealed class BoundsCheck(int shards, int workers) : Check("queues bounded")
{
    private const int EveryTick = 16;

    // Commands of a step, slices, a few evaluations, and the heartbeats of some seconds in which nothing gets through.
    private readonly int _framesMax = 200 + (8 * shards);
    private readonly int _agendaMax = 400 + (workers * 300) + (workers * 16 * shards);
    private int _ticks;

    /// <summary>Most frames that were under way on one link.</summary>
    public int MostUnderWay { get; private set; }

    /// <inheritdoc/>
    public override void Tick(SimulationWorld world)
    {
        if (++_ticks % EveryTick != 0)
        {
            return;
        }

        foreach (((string From, string To) way, Link link) in world.Network.Links)
        {
            MostUnderWay = Math.Max(MostUnderWay, link.UnderWay);
            Require(link.UnderWay <= _framesMax, $"{link.UnderWay} frames are under way from {way.From} to {way.To}; expected at most {_framesMax}");
        }

        Require(world.Agenda.Count <= _agendaMax, $"the agenda has {world.Agenda.Count} entries; expected at most {_agendaMax}");
    }
}
