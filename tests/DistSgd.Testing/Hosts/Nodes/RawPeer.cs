using System.Net.Sockets;
using System.Security.Cryptography;
using DistSgd.Hosting.Node;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Testing.Hosts.Nodes;

/// <summary>A peer that is led by hand: knows the protocol, and keeps to it as far as a test has it.</summary>
public sealed class RawPeer : IDisposable
{
    private readonly FrameEncoder _encoder;
    private readonly FrameDecoder _decoder = new();

    /// <summary>Dials.</summary>
    /// <param name="server">Where the server listens.</param>
    /// <param name="encoding">How its gradients travel.</param>
    /// <param name="prepare">What is done with the socket before.</param>
    public RawPeer(NodeAddress server, GradientEncoding encoding = GradientEncoding.Float32, Action<Socket>? prepare = null)
    {
        _encoder = new FrameEncoder(encoding);
        Socket = NodePlaces.Connect(server, prepare);
        Socket.ReceiveTimeout = Socket.SendTimeout = (int)Limited.Limit.TotalMilliseconds;
    }

    /// <summary>Its socket, which blocks.</summary>
    public Socket Socket { get; }

    /// <summary>The server's reason to turn it away; null if it has not given one.</summary>
    public Refused? Refusal { get; private set; }

    /// <summary>Shape of the run; needed to receive more than messages about the connection.</summary>
    public RunShape? Shape
    {
        get => _decoder.Shape;
        set => _decoder.Shape = value;
    }

    /// <summary>The frames of a message, each in one piece.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The frames.</returns>
    public byte[][] Frames(object message)
    {
        var buffer = new HeadBuffer();
        return [.. Enumerable.Range(0, FrameEncoder.FrameCount(message)).Select(frame =>
        {
            EncodedFrame encoded = _encoder.Encode(message, frame, buffer);
            return (byte[])[.. encoded.Start.Span, .. encoded.Payload.Span];
        })];
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">The message.</param>
    public void Send(object message) => Array.ForEach(Frames(message), frame => Send(frame));

    /// <summary>Sends bytes.</summary>
    /// <param name="bytes">Any.</param>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[Socket.Send(bytes)..];
        }
    }

    /// <summary>Receives the next message that is no heartbeat.</summary>
    /// <returns>The message; null at the end of the connection.</returns>
    public object? Receive()
    {
        byte[] header = new byte[FrameHeader.SizeBytes];
        while (Fill(header))
        {
            FrameHeader read = FrameHeader.Read(header);
            byte[] head = new byte[read.HeadBytes];
            if (!Fill(head))
            {
                return null;
            }

            _decoder.Open(read, head);
            while (!_decoder.Free.IsEmpty)
            {
                int count = ReceiveSome(_decoder.Free.Span);
                if (count == 0)
                {
                    return null;
                }

                _decoder.Advance(count);
            }

            if (_decoder.Complete() is { } message and not (Ping or Pong))
            {
                Refusal = message as Refused ?? Refusal;
                return message;
            }
        }

        return null;
    }

    /// <summary>Receives until a message of a type comes.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <returns>The message.</returns>
    /// <exception cref="InvalidOperationException">The connection ends before that.</exception>
    public T Await<T>()
        where T : class
    {
        while (true)
        {
            switch (Receive())
            {
                case T expected: return expected;
                case Refused refused: throw new InvalidOperationException($"Refused instead of {typeof(T).Name}: {refused.Reason}");
                case null: throw new InvalidOperationException($"The connection ended before {typeof(T).Name}.");
                default: break;
            }
        }
    }

    /// <summary>Says who it is and proves it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="token">The secret.</param>
    /// <param name="runId">The run that it belongs to.</param>
    /// <returns>What the server answers: Welcome or Refused; null if it hangs up.</returns>
    public object? Introduce(string name, byte[] token, string runId = "")
    {
        Send(new Hello(name, NodeRole.Worker, runId));
        if (Receive() is not Challenge challenge)
        {
            return null;
        }

        byte[] nonce = RandomNumberGenerator.GetBytes(WireLimits.NonceBytes);
        Send(new ChallengeAnswer(nonce, Authentication.Prove(token, ProvingSide.Node, challenge.Nonce, nonce, name)));
        return Receive();
    }

    /// <summary>Joins a run as a worker.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Shape of the run.</param>
    public void Join(string name, RunShape shape)
    {
        if (Introduce(name, ThreadedNodes.Token) is not Welcome welcome)
        {
            throw new InvalidOperationException("The server did not let this peer in.");
        }

        Shape = shape;
        Send(new WorkerJoined(new ActorId(name), welcome.DataSha256));
    }

    /// <summary>Reads what is left.</summary>
    /// <returns>Why the server hung up; null if it did not say.</returns>
    public Refused? ReadToEnd()
    {
        while (Receive() is not null)
        {
        }

        return Refusal;
    }

    /// <inheritdoc/>
    public void Dispose() => Socket.Dispose();

    private bool Fill(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count = ReceiveSome(bytes);
            if (count == 0)
            {
                return false;
            }

            bytes = bytes[count..];
        }

        return true;
    }

    // Cut off or ended: either way nothing more comes.
    private int ReceiveSome(Span<byte> bytes)
    {
        try
        {
            return Socket.Receive(bytes);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
        {
            return 0;
        }
    }
}
