using System.Runtime.InteropServices;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;
using DistSgd.Training.Wire.Messages;

namespace DistSgd.Training.Wire;

/// <summary>Turns the frames of one connection into messages. The payload is received straight into the vector it is for.</summary>
/// <remarks>
/// For each frame: <see cref="Open"/> with header and head; then receive into <see cref="Free"/> and <see cref="Advance"/> until nothing
/// is free; then <see cref="Complete"/>. After an exception the connection is to be closed, and this object with it.
/// <para>
/// StepStarted, GradientComputed and all vectors are used again: they are the receiver's until a frame of the same kind (and range) with
/// another term, step or round is opened, as the protocol has it. A host that cannot promise that receives into a vector of its own,
/// with <see cref="ReceiveInto"/>.
/// </para>
/// </remarks>
public sealed class FrameDecoder
{
    private readonly FrameChecksum _checksum = new();
    private readonly StepStartedInbox _steps = new();
    private readonly GradientInbox _gradients = new();
    private readonly EvaluationInbox _evaluations = new();
    private readonly RecoveryInbox _recoveries = new();
    private readonly CurvatureRequestInbox _requests = new();
    private readonly CurvatureAnswerInbox _answers = new();
    private FrameHeader _header;
    private VectorPlace _place;
    private Inbox? _inbox;
    private object? _plain;
    private AlignedVector? _vector;
    private Memory<byte> _destination;
    private byte[] _numbers = [];
    private int _received;
    private bool _isOpen;

    /// <summary>Shape of the run; until it is set, only messages about the connection are received.</summary>
    public RunShape? Shape { get; set; }

    /// <summary>Where the next bytes of the payload go; empty once all are there.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (_received < _place.Bytes && _destination.IsEmpty)
            {
                _destination = Destination();
            }

            return _destination[_received..];
        }
    }

    /// <summary>Begins a frame.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="head">Its head, all of it; not kept.</param>
    /// <returns>What the payload is and belongs to.</returns>
    /// <exception cref="WireException">The head is damaged, or no message that may come here.</exception>
    public VectorPlace Open(in FrameHeader header, ReadOnlySpan<byte> head)
    {
        Verify(header, head);
        if (Shape is null && !header.Type.IsOfConnection())
        {
            throw new WireException(
                WireProblem.OutOfPlace, $"Found {header.Type} before the peers knew each other; expected none before Welcome.");
        }

        _header = header;
        _isOpen = false;
        _received = 0;
        _destination = default;
        _vector = null;
        _inbox = InboxOf(header.Type);
        var reader = new FieldReader(header.Type, head, header.PayloadBytes);
        _plain = _inbox is null ? PlainMessages.Read(ref reader) : null;
        _place = _inbox?.Open(ref reader, Shape!) ?? new VectorPlace(header.Type);
        reader.End();
        _checksum.Reset();
        _isOpen = true;
        return _place;
    }

    /// <summary>Has the payload received into a vector of the host's instead of one that is used again.</summary>
    /// <param name="vector">The vector; of the run's length.</param>
    /// <exception cref="InvalidOperationException">The payload is no vector, or bytes of it have come already.</exception>
    public void ReceiveInto(AlignedVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (!_isOpen || !_place.IsVector || _received > 0 || vector.Length != _place.Count)
        {
            throw new InvalidOperationException(
                $"A vector of {vector.Length} elements was offered for {_place}, {_received} bytes of which have come.");
        }

        _vector = vector;
        _destination = default;
    }

    /// <summary>Takes bytes in that stand at the beginning of <see cref="Free"/>.</summary>
    /// <param name="bytes">How many.</param>
    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _place.Bytes - _received);
        _checksum.Append(Free.Span[..bytes]);
        _received += bytes;
    }

    /// <summary>Ends the frame.</summary>
    /// <returns>The message, or null if more frames belong to it.</returns>
    /// <exception cref="WireException">The payload is not what was sent.</exception>
    /// <exception cref="InvalidOperationException">No frame is open, or bytes are missing.</exception>
    public object? Complete()
    {
        if (!_isOpen || _received != _place.Bytes)
        {
            throw new InvalidOperationException($"{_received} bytes of {_place} have come; a frame is complete with {_place.Bytes}.");
        }

        _isOpen = false;
        ulong found = _checksum.Value;
        if (found != _header.PayloadChecksum)
        {
            throw BadChecksum("payload", found, _header.PayloadChecksum);
        }

        if (_inbox is null)
        {
            return _plain;
        }

        if (_place.Kind == PayloadKind.Bfloat16)
        {
            VectorEncoding.DecodeBfloat16(_vector!);
        }

        ReadOnlySpan<double> numbers = _place.Kind == PayloadKind.Float64
            ? MemoryMarshal.Cast<byte, double>(_numbers.AsSpan(0, _place.Bytes))
            : default;
        return _inbox.Complete(_vector ?? VectorWithoutPayload(), numbers);
    }

    /// <summary>A gradient of no finite slice has no payload; its object still has a vector, for the steps to come.</summary>
    private AlignedVector? VectorWithoutPayload() => _place.Kind == PayloadKind.None ? _inbox!.Vector(_place.Count) : null;

    private Memory<byte> Destination()
    {
        if (_place.Kind == PayloadKind.Float64)
        {
            if (_numbers.Length < _place.Bytes)
            {
                _numbers = new byte[_place.Bytes];
            }

            return _numbers.AsMemory(0, _place.Bytes);
        }

        _vector ??= _inbox!.Vector(_place.Count);
        return _place.Kind == PayloadKind.Bfloat16 ? VectorEncoding.Bfloat16Place(_vector) : _vector.Bytes;
    }

    private Inbox? InboxOf(FrameType type) => type switch
    {
        FrameType.StepStarted => _steps,
        FrameType.GradientComputed => _gradients,
        FrameType.EvaluateBlocks => _evaluations,
        FrameType.RecomputeSlices => _recoveries,
        FrameType.MeasureCurvature => _requests,
        FrameType.CurvatureMeasured => _answers,
        _ => null,
    };

    private void Verify(in FrameHeader header, ReadOnlySpan<byte> head)
    {
        if (head.Length != header.HeadBytes)
        {
            throw new ArgumentException($"The head has {head.Length} bytes; its header says {header.HeadBytes}.", nameof(head));
        }

        ulong found = _checksum.OfHead(header, head);
        if (found != header.HeadChecksum)
        {
            throw BadChecksum("head", found, header.HeadChecksum, header.Type);
        }
    }

    private WireException BadChecksum(string what, ulong found, ulong expected, FrameType? type = null) => new(
        WireProblem.BadChecksum, $"{what} of {type ?? _header.Type}: found the checksum 0x{found:x16}; expected 0x{expected:x16}.");
}
