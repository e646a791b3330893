using DistSgd.Numerics.Random;
using DistSgd.Simulation.Faults;
using DistSgd.Simulation.World;
using DistSgd.Training.Protocol;

namespace DistSgd.Simulation.Network;

/// <summary>
/// Carries the frames of connections between machines. Within a connection they arrive in order, as the actors are promised, but for the
/// accidents that the plan draws; each kind of accident meets the messages that the protocol says it can bear it with.
/// </summary>
/// <remarks>
/// A lost frame takes its connection with it, as on a real stream: both ends are told, or nothing gets through any more and silence tells.
/// </remarks>
internal sealed class SimulatedNetwork
{
    private const double SilentLoss = 0.5;
    private static readonly TimeSpan LatestStray = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(200);

    private readonly Agenda _agenda;
    private readonly RandomStream _random;
    private readonly Func<string, string, Link> _createLink;
    private readonly Dictionary<(string From, string To), Link> _links = [];
    private readonly Action<FaultKind> _hit;

    /// <summary>Creates the network.</summary>
    /// <param name="agenda">Virtual time.</param>
    /// <param name="random">Draws the accidents.</param>
    /// <param name="codec">Encodes messages.</param>
    /// <param name="createLink">Makes the link from one machine to another.</param>
    /// <param name="hit">Told of every accident.</param>
    public SimulatedNetwork(Agenda agenda, RandomStream random, Codec codec, Func<string, string, Link> createLink, Action<FaultKind> hit)
    {
        _agenda = agenda;
        _random = random;
        _createLink = createLink;
        _hit = hit;
        Codec = codec;
    }

    /// <summary>Encodes messages.</summary>
    public Codec Codec { get; }

    /// <summary>How often accidents happen.</summary>
    public FrameFaults Faults { get; set; } = FrameFaults.None;

    /// <summary>Told of every message of the protocol before it is sent: from where, to where, what.</summary>
    public Action<string, string, object> Sending { get; set; } = static (_, _, _) => { };

    /// <summary>Finds the end on a machine that is connected with another just now; for strays.</summary>
    public Func<string, string, Endpoint?> FindOpenEnd { get; set; } = static (_, _) => null;

    /// <summary>The links that were used.</summary>
    public IEnumerable<KeyValuePair<(string From, string To), Link>> Links => _links;

    /// <summary>The link between two machines, in one direction.</summary>
    /// <param name="from">One machine.</param>
    /// <param name="to">The other.</param>
    /// <returns>The link.</returns>
    public Link LinkOf(string from, string to)
    {
        if (!_links.TryGetValue((from, to), out Link? link))
        {
            _links[(from, to)] = link = _createLink(from, to);
        }

        return link;
    }

    /// <summary>Sends a message over a connection.</summary>
    /// <param name="sender">Its end here.</param>
    /// <param name="message">The message.</param>
    public void Send(Endpoint sender, object message)
    {
        Sending(sender.Machine, sender.Peer.Machine, message);
        foreach (byte[] frame in Codec.Encode(message))
        {
            Carry(sender, message, frame);
        }
    }

    /// <summary>Tells the other end that the connection has ended.</summary>
    /// <param name="sender">Its end here.</param>
    /// <param name="reason">Why.</param>
    public void Reset(Endpoint sender, string reason)
    {
        Endpoint peer = sender.Peer;
        if (!sender.IsBroken)
        {
            Whisper(sender.Machine, peer.Machine, () => peer.Process.Do(() => peer.End($"{sender.Machine} closed: {reason}")));
        }
    }

    /// <summary>Carries a word about a connection, which meets with no accident.</summary>
    /// <param name="from">One machine.</param>
    /// <param name="to">The other.</param>
    /// <param name="deliver">Called when it arrives.</param>
    public void Whisper(string from, string to, Action deliver)
    {
        Link link = LinkOf(from, to);
        link.Carry(_agenda.Now + link.TravelTime(0), deliver);
    }

    private void Carry(Endpoint sender, object message, byte[] frame)
    {
        Endpoint peer = sender.Peer;
        if (sender.IsBroken)
        {
            return;
        }

        if (Draw(Faults.Drop, FaultKind.Drop))
        {
            Lose(sender);
            return;
        }

        Link link = LinkOf(sender.Machine, peer.Machine);
        TimeSpan travel = link.TravelTime(frame.Length);
        if (Draw(Faults.Delay, FaultKind.Delay))
        {
            travel += LongestDelay * _random.NextDouble();
        }

        if (message is not AssignShards and not Training.Wire.Leave && Draw(Faults.Corrupt, FaultKind.Corrupt))
        {
            frame = [.. frame];
            frame[_random.NextInt(frame.Length)] ^= (byte)(1 << _random.NextInt(8));
        }

        TimeSpan arrival = _agenda.Now + travel;
        bool mayOvertake = message is GradientComputed or BlocksEvaluated or RecomputeSlices or EvaluateBlocks;
        if (!mayOvertake || !Draw(Faults.Reorder, FaultKind.Reorder))
        {
            arrival = sender.LastArrival = arrival > sender.LastArrival ? arrival : sender.LastArrival;
        }

        link.Carry(arrival, () => peer.Process.Do(() => peer.Arrive(frame)));
        bool mayRepeat = mayOvertake || message is StepStarted or WorkerJoined;
        if (mayRepeat && Draw(Faults.Duplicate, FaultKind.Duplicate))
        {
            link.Carry(arrival + (travel * (10 * _random.NextDouble())), () => peer.Process.Do(() => peer.Arrive(frame, isStrange: true)));
        }

        if ((mayOvertake || message is StepStarted) && Draw(Faults.Stray, FaultKind.Stray))
        {
            (string from, string to) = (sender.Machine, peer.Machine);
            _agenda.At(arrival + (LatestStray * _random.NextDouble()), () => TurnUp(from, to, frame));
        }
    }

    private void TurnUp(string from, string to, byte[] frame)
    {
        if (FindOpenEnd(from, to) is { } end)
        {
            end.Process.Do(() => end.Arrive(frame, isStrange: true));
        }
    }

    private void Lose(Endpoint sender)
    {
        sender.IsBroken = sender.Peer.IsBroken = true;
        if (_random.NextDouble() >= SilentLoss)
        {
            foreach (Endpoint end in (Endpoint[])[sender, sender.Peer])
            {
                _agenda.In(LinkOf(sender.Machine, sender.Peer.Machine).TravelTime(0), () => end.Process.Do(() => end.End("connection reset")));
            }
        }
    }

    private bool Draw(double rate, FaultKind kind)
    {
        if (rate <= 0 || _random.NextDouble() >= rate)
        {
            return false;
        }

        _hit(kind);
        return true;
    }
}
