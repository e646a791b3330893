using DistSgd.Simulation.World;

namespace DistSgd.Simulation.Scale;

/// <summary>A machine: its cores, and the two directions of its network card, each of which carries one frame after the other.</summary>
/// <param name="agenda">Virtual time.</param>
/// <param name="cores">Number of cores.</param>
/// <param name="network">What is between it and others; null where there is one machine only.</param>
internal sealed class SimulatedMachine(Agenda agenda, int cores, NetworkCosts? network)
{
    private TimeSpan _outFree;
    private TimeSpan _inFree;

    /// <summary>Its cores.</summary>
    public CpuCores Cores { get; } = new(agenda, cores);

    /// <summary>Sends a frame to a machine; to itself it takes no time, because copying is work of the cores.</summary>
    /// <param name="to">The other machine.</param>
    /// <param name="bytesOut">Bytes that leave here for it.</param>
    /// <param name="bytesIn">Bytes that come to it; more, where others like this one send it their parts at the same time, or fewer.</param>
    /// <param name="arrived">Called when the last byte is there.</param>
    public void Send(SimulatedMachine to, double bytesOut, double bytesIn, Action arrived)
    {
        if (to == this || network is null)
        {
            agenda.In(TimeSpan.Zero, arrived);
            return;
        }

        TimeSpan first = Later(_outFree, agenda.Now);
        _outFree = first + Length(bytesOut);
        var latency = TimeSpan.FromSeconds(network.LatencySeconds);
        to._inFree = Later(_outFree + latency, Later(first + latency, to._inFree) + Length(bytesIn));
        agenda.At(to._inFree, arrived);

        TimeSpan Length(double bytes) => TimeSpan.FromSeconds(bytes / network.BytesPerSecond);
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
