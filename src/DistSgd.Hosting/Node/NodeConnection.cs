using System.Net.Sockets;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>One connection between two nodes: sends frames, receives messages, notices when the other side falls silent.</summary>
/// <remarks>
/// One thread receives; any thread sends. The socket does not block: a frame goes out on the thread that sends it as far as the system
/// takes it, and what a slow peer has no room for is left to a thread of its own. So nobody ever waits for a peer.
/// </remarks>
internal sealed class NodeConnection : IDisposable
{
    /// <summary>What is asked for; the system gives no more than it allows.</summary>
    private const int SendBufferBytes = 4 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly TimeProvider _clock;
    private readonly FrameSender _sender;
    private readonly ITimer _heartbeat;
    private readonly byte[] _header = new byte[FrameHeader.SizeBytes];
    private byte[] _head = new byte[256];
    private long _heard;
    private ConnectionLimits _limits;
    private volatile string? _closed;

    /// <summary>Takes over a connected socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="limits">How long things may take.</param>
    /// <param name="clock">The time.</param>
    public NodeConnection(Socket socket, ConnectionLimits limits, TimeProvider clock)
    {
        socket.Blocking = false;
        if (socket.AddressFamily == AddressFamily.Unix)
        {
            // The sender of a vector that does not fit would sleep in its middle, and wait for a core that computes.
            socket.SendBufferSize = SendBufferBytes;
        }
        else
        {
            socket.NoDelay = true;
        }

        _socket = socket;
        _clock = clock;
        _limits = limits;
        _heard = clock.GetTimestamp();
        _sender = new FrameSender(socket, clock, Close);
        _heartbeat = clock.CreateTimer(_ => Beat(), null, limits.Heartbeat, limits.Heartbeat);
    }

    /// <summary>Turns frames into messages.</summary>
    public FrameDecoder Decoder { get; } = new();

    /// <summary>Looks at a frame whose payload has not been received yet; throws if it may not come.</summary>
    public Action<VectorPlace> Inspect { get; set; } = static _ => { };

    /// <summary>How long things may take.</summary>
    public ConnectionLimits Limits
    {
        get => _limits;
        set
        {
            _limits = value;
            _heartbeat.Change(value.Heartbeat, value.Heartbeat);
        }
    }

    /// <summary>How long the peer has not been heard of.</summary>
    public TimeSpan Silence => _clock.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Why the connection was closed; null while it is open.</summary>
    public string? ClosedBecause => _closed;

    /// <summary>Sends a frame, or queues it behind those that a slow peer has not taken yet.</summary>
    /// <param name="frame">The frame; parameters in it must not change until the peer has answered or the connection is closed.</param>
    public void Send(in EncodedFrame frame) => _sender.Send(frame, _limits.Frame(frame.Bytes));

    /// <summary>Sends a message of one frame that is rare.</summary>
    /// <param name="message">The message.</param>
    public void Send(object message) =>
        Send(new FrameEncoder(default).Encode(message, 0, new HeadBuffer()));

    /// <summary>Receives until a message is complete.</summary>
    /// <returns>The message.</returns>
    /// <exception cref="ConnectionLostException">The peer has gone, fell silent, or is too slow.</exception>
    /// <exception cref="WireException">The peer sent what the protocol does not allow.</exception>
    public object Receive()
    {
        while (true)
        {
            Fill(_header, Timeout.InfiniteTimeSpan);
            FrameHeader header = FrameHeader.Read(_header);
            TimeSpan limit = _limits.Frame((long)header.HeadBytes + header.PayloadBytes);
            if (_head.Length < header.HeadBytes)
            {
                _head = new byte[header.HeadBytes];
            }

            Memory<byte> head = _head.AsMemory(0, header.HeadBytes);
            Fill(head, limit);
            Inspect(Decoder.Open(header, head.Span));
            ReceivePayload(limit);
            if (Decoder.Complete() is { } message)
            {
                return message;
            }
        }
    }

    /// <summary>Tells the peer that it is not taken, and closes once it has read that.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="isFinal">Whether it is of no use for it to dial again.</param>
    /// <param name="meanwhile">Done as soon as nothing more is sent, before the peer has read it.</param>
    public void Refuse(string reason, bool isFinal, Action? meanwhile = null)
    {
        Send(new Refused(reason, isFinal));
        EndSending();
        meanwhile?.Invoke();
        try
        {
            // With unread bytes left the system would cut the connection off, and our last word with it.
            _socket.Shutdown(SocketShutdown.Send);
            byte[] rest = new byte[16 * 1024];
            long since = _clock.GetTimestamp();
            while (_clock.GetElapsedTime(since) < TimeSpan.FromSeconds(1) && _socket.Poll(100_000, SelectMode.SelectRead)
                && _socket.Receive(rest, SocketFlags.None, out _) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone by itself.
        }

        Close(reason);
    }

    /// <summary>Forgets frames that are not sent yet; afterwards no memory of a frame is read any more.</summary>
    public void EndSending() => _sender.Close();

    /// <summary>Closes the connection; afterwards no memory of a frame is read any more. May be called from any thread, and again.</summary>
    /// <param name="reason">Why, for a person.</param>
    public void Close(string reason)
    {
        if (Interlocked.CompareExchange(ref _closed, reason, null) is not null)
        {
            return;
        }

        _heartbeat.Dispose();
        _sender.Close();
        try
        {
            _socket.Shutdown(SocketShutdown.Both); // wakes up whoever waits for the socket
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close("closed");
        _sender.Dispose();
        _socket.Dispose();
    }

    private void Beat()
    {
        if (_sender.Idle >= _limits.Heartbeat / 2)
        {
            Send(new Ping(0));
        }
    }

    private void ReceivePayload(TimeSpan limit)
    {
        long since = _clock.GetTimestamp();
        while (!Decoder.Free.IsEmpty)
        {
            Decoder.Advance(ReceiveSome(Decoder.Free, since, limit));
        }
    }

    private void Fill(Memory<byte> memory, TimeSpan limit)
    {
        long since = _clock.GetTimestamp();
        while (!memory.IsEmpty)
        {
            memory = memory[ReceiveSome(memory, since, limit)..];
        }
    }

    private int ReceiveSome(Memory<byte> memory, long since, TimeSpan limit)
    {
        while (true)
        {
            if (_closed is { } reason)
            {
                throw new ConnectionLostException(reason); // what the peer has sent before that may still be there to be read
            }

            int count = Try(memory.Span, out SocketError error);
            if (count > 0)
            {
                Volatile.Write(ref _heard, _clock.GetTimestamp());
                return count;
            }

            if (error == SocketError.Success)
            {
                throw new ConnectionLostException(_closed ?? "connection closed");
            }

            if (error != SocketError.WouldBlock)
            {
                throw new ConnectionLostException(_closed ?? Describe(error));
            }

            AwaitBytes(since, limit);
        }
    }

    private void AwaitBytes(long since, TimeSpan limit)
    {
        if (limit >= TimeSpan.Zero && _clock.GetElapsedTime(since) is var taken && taken > limit)
        {
            throw new ConnectionLostException(FormattableString.Invariant($"a frame was not complete after {taken.TotalSeconds:0.0} s"));
        }

        // However long this process itself was busy or frozen: the peer gets a moment to be heard of.
        TimeSpan left = _limits.Silence - Silence;
        double milliseconds = Math.Clamp(left.TotalMilliseconds, 100, ConnectionLimits.PollMax.TotalMilliseconds);
        long asked = _clock.GetTimestamp();
        bool hasBytes = HasBytes(TimeSpan.FromMilliseconds(milliseconds));
        bool wasFrozen = _clock.GetElapsedTime(asked).TotalMilliseconds > milliseconds + _limits.Heartbeat.TotalMilliseconds;
        if (!hasBytes && !wasFrozen && Silence >= _limits.Silence)
        {
            throw new ConnectionLostException(FormattableString.Invariant($"not heard of for {Silence.TotalSeconds:0.0} s"));
        }
    }

    /// <summary>Waits for bytes; a socket that fails while one waits is found out by the next attempt to receive.</summary>
    private bool HasBytes(TimeSpan limit)
    {
        try
        {
            return _socket.Poll(limit, SelectMode.SelectRead);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    private int Try(Span<byte> memory, out SocketError error)
    {
        try
        {
            return _socket.Receive(memory, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            throw new ConnectionLostException(_closed ?? "connection closed");
        }
    }

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionReset => "connection closed",
        _ => $"connection lost: {new SocketException((int)error).Message}",
    };
}
