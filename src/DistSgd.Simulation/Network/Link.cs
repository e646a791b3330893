using DistSgd.Simulation.World;

namespace DistSgd.Simulation.Network;

/// <summary>One direction between two machines: time of travel, and whether anything gets through.</summary>
/// <param name="agenda">Virtual time.</param>
internal sealed class Link(Agenda agenda)
{
    private readonly Queue<Action> _held = new();

    /// <summary>Time that the fastest frame takes.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Bytes a second.</summary>
    public double Bandwidth { get; init; }

    /// <summary>Factor on the time of travel.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>Number of frames under way.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Whether nothing gets through: what is sent waits, as a sender repeats what is not acknowledged.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Time that a frame takes.</summary>
    /// <param name="bytes">Its size.</param>
    /// <returns>The time.</returns>
    public TimeSpan TravelTime(int bytes) => (Latency + TimeSpan.FromSeconds(bytes / Bandwidth)) * Slowness;

    /// <summary>Carries a frame.</summary>
    /// <param name="arrival">When it arrives, if it gets through.</param>
    /// <param name="deliver">Called when it arrives.</param>
    public void Carry(TimeSpan arrival, Action deliver)
    {
        UnderWay++;
        agenda.At(arrival, () => Arrive(deliver));
    }

    /// <summary>Cuts the link.</summary>
    public void Block() => IsBlocked = true;

    /// <summary>Mends the link; what has waited arrives a moment later, before anything else.</summary>
    public void Unblock()
    {
        IsBlocked = false;
        agenda.In(Latency, Flush);
    }

    private void Flush()
    {
        while (!IsBlocked && _held.TryDequeue(out Action? deliver))
        {
            UnderWay--;
            deliver();
        }
    }

    private void Arrive(Action deliver)
    {
        if (IsBlocked || _held.Count > 0)
        {
            _held.Enqueue(deliver);
            return;
        }

        UnderWay--;
        deliver();
    }
}
