using System.Net.Sockets;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>The sending half of a connection.</summary>
internal sealed class FrameSender : IDisposable
{
    /// <summary>Bytes of a payload that go out in one piece with the head, so that the peer is woken up once.</summary>
    private const int FirstPieceBytes = 16 * 1024;

    /// <summary>How long the sending thread itself waits for room before it leaves the rest to the other thread.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(2);

    private readonly object _gate = new();
    private readonly LinkedList<Waiting> _waiting = new();
    private readonly Socket _socket;
    private readonly TimeProvider _clock;
    private readonly Action<string> _close;
    private readonly byte[] _firstPiece = new byte[FrameHeader.SizeBytes + 1024 + FirstPieceBytes];
    private long _waitingBytes;
    private long _lastSent;
    private Thread? _thread;
    private bool _closed;

    /// <summary>Creates the half.</summary>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="clock">The time.</param>
    /// <param name="close">Closes the connection and says why.</param>
    public FrameSender(Socket socket, TimeProvider clock, Action<string> close)
    {
        _socket = socket;
        _clock = clock;
        _close = close;
        _lastSent = clock.GetTimestamp();
    }

    /// <summary>How long nothing has been sent.</summary>
    public TimeSpan Idle => _clock.GetElapsedTime(Volatile.Read(ref _lastSent));

    /// <summary>Sends a frame, or leaves what the system does not take to the other thread.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="limit">How long it may take the peer to receive it.</param>
    public void Send(in EncodedFrame frame, TimeSpan limit)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            var waiting = new Waiting(frame.Start, frame.Payload, _clock.GetTimestamp(), limit);
            if (_waiting.Count == 0)
            {
                waiting = SendPatiently(waiting);
            }

            if (waiting.Bytes > 0)
            {
                Enqueue(waiting, frame.Type);
            }
        }
    }

    /// <summary>Forgets what was not sent yet: its memory is not read after this.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        if (_thread != Thread.CurrentThread)
        {
            _thread?.Join();
        }
    }

    private Waiting SendPatiently(Waiting waiting)
    {
        while (waiting.Bytes > 0)
        {
            if (SendSome(ref waiting))
            {
                continue;
            }

            if (_closed || !HasRoom(Patience))
            {
                return waiting;
            }
        }

        return waiting;
    }

    /// <summary>Sends what the system takes at once.</summary>
    /// <returns>False if it takes nothing.</returns>
    private bool SendSome(ref Waiting waiting)
    {
        ReadOnlySpan<byte> next = waiting.Payload.Span;
        if (!waiting.Start.IsEmpty)
        {
            next = waiting.Start.Span;
            if (waiting.Payload.Length > 0 && next.Length + FirstPieceBytes <= _firstPiece.Length)
            {
                int payload = Math.Min(FirstPieceBytes, waiting.Payload.Length);
                next.CopyTo(_firstPiece);
                waiting.Payload.Span[..payload].CopyTo(_firstPiece.AsSpan(next.Length));
                next = _firstPiece.AsSpan(0, next.Length + payload);
            }
        }

        int sent;
        SocketError error;
        try
        {
            sent = _socket.Send(next, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            sent = 0;
            error = SocketError.OperationAborted;
        }

        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            // Whoever receives from this socket finds out by itself.
            _closed = true;
            waiting = default;
            return false;
        }

        waiting = waiting.After(sent);
        if (sent > 0)
        {
            Volatile.Write(ref _lastSent, _clock.GetTimestamp());
        }

        return sent > 0;
    }

    private void Enqueue(Waiting waiting, FrameType type)
    {
        // Head buffers, and what gradients are encoded to, are used again for the next frame. Parameters are not copied: they do not change
        // until every worker has answered or has been cut off.
        _waiting.AddLast(waiting with
        {
            Start = waiting.Start.ToArray(),
            Payload = type == FrameType.GradientComputed ? waiting.Payload.ToArray() : waiting.Payload,
        });
        _waitingBytes += waiting.Bytes;
        if (_waitingBytes > ConnectionLimits.WaitingBytesMax)
        {
            _closed = true;
            ThreadPool.QueueUserWorkItem(_ => _close($"{_waitingBytes} bytes wait for a peer that does not read"));
        }

        if (_thread is null)
        {
            _thread = new Thread(SendWaiting) { IsBackground = true, Name = "sender" };
            _thread.Start();
        }

        Monitor.PulseAll(_gate);
    }

    private void SendWaiting()
    {
        while (true)
        {
            Waiting first;
            lock (_gate)
            {
                while (_waiting.Count == 0 && !_closed)
                {
                    Monitor.Wait(_gate);
                }

                if (_closed)
                {
                    return;
                }

                // The first stays where it is while it is being sent: so nothing overtakes it.
                first = _waiting.First!.Value;
                long before = first.Bytes;
                if (SendSome(ref first))
                {
                    _waitingBytes -= before - first.Bytes;
                    _waiting.First.Value = first;
                    if (first.Bytes == 0)
                    {
                        _waiting.RemoveFirst();
                    }

                    continue;
                }

                if (_closed)
                {
                    return; // the peer has gone
                }
            }

            AwaitRoom(first);
        }
    }

    private void AwaitRoom(Waiting first)
    {
        TimeSpan taken = _clock.GetElapsedTime(first.Since);
        if (taken >= first.Limit)
        {
            _close(FormattableString.Invariant($"reads too slowly: {first.Bytes} bytes of a frame are unread after {taken.TotalSeconds:0.0} s"));
            return;
        }

        HasRoom(first.Limit - taken);
    }

    /// <summary>Waits for room; a socket that fails while one waits is found out by the next attempt to send.</summary>
    private bool HasRoom(TimeSpan limit)
    {
        try
        {
            return _socket.Poll(limit < ConnectionLimits.PollMax ? limit : ConnectionLimits.PollMax, SelectMode.SelectWrite);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return true;
        }
    }

    /// <summary>What is left of a frame.</summary>
    private readonly record struct Waiting(ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte> Payload, long Since, TimeSpan Limit)
    {
        public long Bytes => (long)Start.Length + Payload.Length;

        public Waiting After(int sent)
        {
            int ofStart = Math.Min(sent, Start.Length);
            return this with { Start = Start[ofStart..], Payload = Payload[(sent - ofStart)..] };
        }
    }
}
