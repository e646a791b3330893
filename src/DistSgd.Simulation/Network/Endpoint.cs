using DistSgd.Simulation.World;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

namespace DistSgd.Simulation.Network;

/// <summary>One end of a connection.</summary>
/// <param name="machine">Name of its machine.</param>
/// <param name="process">Whose it is.</param>
/// <param name="network">What carries its frames.</param>
internal sealed class Endpoint(string machine, SimulatedProcess process, SimulatedNetwork network)
{
    private readonly FrameDecoder _decoder = network.Codec.CreateDecoder();
    private TimeSpan _heartbeatLimit;
    private DateTimeOffset _heardAt;
    private long _pings;
    private long _lastStep;

    /// <summary>Name of its machine.</summary>
    public string Machine => machine;

    /// <summary>Whose it is.</summary>
    public SimulatedProcess Process => process;

    /// <summary>The other end.</summary>
    public Endpoint Peer { get; set; } = null!;

    /// <summary>Whether frames are taken in and sent.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether nothing gets through any more, without either end having been told.</summary>
    public bool IsBroken { get; set; }

    /// <summary>When its last frame is to arrive, so that the next one does not come before it.</summary>
    public TimeSpan LastArrival { get; set; }

    /// <summary>Receives the messages of the peer.</summary>
    public Action<object> Received { get; set; } = static _ => { };

    /// <summary>Told, with the reason, that the connection has ended.</summary>
    public Action<string> Closed { get; set; } = static _ => { };

    /// <summary>How long the peer has not been heard of, by the machine's clock.</summary>
    public TimeSpan Silence => process.Clock.GetUtcNow() - _heardAt;

    /// <summary>Opens it.</summary>
    /// <param name="heartbeatLimit">Silence after which the peer is lost.</param>
    public void Open(TimeSpan heartbeatLimit)
    {
        IsOpen = true;
        _heartbeatLimit = heartbeatLimit;
        _heardAt = process.Clock.GetUtcNow();
        ScheduleBeat();
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    public void Send(object message)
    {
        if (IsOpen)
        {
            network.Send(this, message);
        }
    }

    /// <summary>A frame has arrived.</summary>
    /// <param name="frame">Its bytes.</param>
    /// <param name="isStrange">Whether no real connection would bring it: it is repeated, or of another connection.</param>
    public void Arrive(byte[] frame, bool isStrange = false)
    {
        if (!IsOpen)
        {
            return;
        }

        _heardAt = process.Clock.GetUtcNow();
        object message;
        try
        {
            message = Decode(frame, isStrange);
        }
        catch (WireException e)
        {
            Close($"damaged frame ({e.Problem})");
            return;
        }

        if (message is not Ping)
        {
            Received(message);
        }
    }

    /// <summary>Ends the connection, and has the peer know.</summary>
    /// <param name="reason">Why.</param>
    public void Close(string reason)
    {
        if (IsOpen)
        {
            network.Reset(this, reason);
            End(reason);
        }
    }

    /// <summary>Ends the connection here only.</summary>
    /// <param name="reason">Why.</param>
    public void End(string reason)
    {
        if (IsOpen)
        {
            IsOpen = false;
            Closed(reason);
        }
    }

    // A real server refuses slices of the past before they get to memory that it works with; a real connection brings none.
    private object Decode(byte[] frame, bool isStrange)
    {
        object message = Codec.Decode(frame, network.Codec.CreateDecoder());
        if (isStrange || (message is GradientComputed gradient && gradient.Step < _lastStep))
        {
            return message;
        }

        _lastStep = message is GradientComputed next ? next.Step : _lastStep;
        return Codec.Decode(frame, _decoder);
    }

    private void ScheduleBeat() => process.In(_heartbeatLimit / 4, Beat);

    private void Beat()
    {
        if (!IsOpen)
        {
            return;
        }

        if (Silence > _heartbeatLimit)
        {
            Close("not heard of for too long");
            return;
        }

        Send(new Ping(++_pings));
        ScheduleBeat();
    }
}
