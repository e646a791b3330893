using System.Runtime.InteropServices;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;
using DistSgd.Training.Wire.Messages;

namespace DistSgd.Training.Wire;

/// <summary>Turns messages into frames. A vector is not copied: its own memory is the payload, unless the encoding changes it.</summary>
/// <remarks>
/// For one thread at a time. Payloads that had to be encoded (bfloat16, numbers) are the encoder's memory, which frame n of the next
/// such message uses again: send one message's frames before encoding the next message. A frame may be sent to any number of peers.
/// </remarks>
/// <param name="encoding">How gradients travel in this run; parameters and everything else travel as they are.</param>
public sealed class FrameEncoder(GradientEncoding encoding)
{
    private readonly FrameChecksum _checksum = new();
    private readonly List<byte[]> _encoded = [];

    /// <summary>Number of frames that a message travels in.</summary>
    /// <param name="message">A message of the protocol.</param>
    /// <returns>The number, at least 1.</returns>
    public static int FrameCount(object message) => message switch
    {
        GradientComputed gradient => gradient.Partials.Length,
        BlocksEvaluated blocks => BlocksEvaluatedMessages.FrameCount(blocks),
        MeasureCurvature request => CurvatureRequestInbox.FrameCount(request.Request),
        CurvatureMeasured answer => CurvatureAnswerInbox.FrameCount(answer),
        _ => 1,
    };

    /// <summary>Encodes one frame of a message.</summary>
    /// <param name="message">A message of the protocol.</param>
    /// <param name="frame">Which of its frames, from 0; they are sent in order.</param>
    /// <param name="buffer">Receives header and head.</param>
    /// <returns>The frame.</returns>
    /// <exception cref="WireException">A field is beyond its limits: a receiver would refuse it.</exception>
    /// <exception cref="ArgumentException">The object is no message of the protocol.</exception>
    public EncodedFrame Encode(object message, int frame, HeadBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(buffer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)frame, (uint)FrameCount(message), nameof(frame));
        FrameType type = TypeOf(message);
        buffer.Begin();
        var writer = new FieldWriter(type, buffer);
        ReadOnlyMemory<byte> payload = Write(ref writer, message, frame);
        writer.End();
        var header = new FrameHeader(type, buffer.Head.Length, payload.Length, _checksum.OfPayload(payload.Span), 0);
        header = header with { HeadChecksum = _checksum.OfHead(header, buffer.Head) };
        header.Write(buffer.Header);
        return new EncodedFrame(type, buffer.Written, payload);
    }

    private static FrameType TypeOf(object message) => message switch
    {
        StepStarted => FrameType.StepStarted,
        GradientComputed => FrameType.GradientComputed,
        Ping => FrameType.Ping,
        Pong => FrameType.Pong,
        Hello => FrameType.Hello,
        Challenge => FrameType.Challenge,
        ChallengeAnswer => FrameType.ChallengeAnswer,
        Welcome => FrameType.Welcome,
        Refused => FrameType.Refused,
        Leave => FrameType.Leave,
        RunEnded => FrameType.RunEnded,
        FindServer => FrameType.FindServer,
        ServerFound => FrameType.ServerFound,
        WorkerJoined => FrameType.WorkerJoined,
        AssignShards => FrameType.AssignShards,
        EvaluateBlocks => FrameType.EvaluateBlocks,
        RecomputeSlices => FrameType.RecomputeSlices,
        BlocksEvaluated => FrameType.BlocksEvaluated,
        MeasureCurvature => FrameType.MeasureCurvature,
        CurvatureMeasured => FrameType.CurvatureMeasured,
        Interrupt => FrameType.Interrupt,
        _ => throw new ArgumentException($"{message.GetType().Name} is no message of the protocol.", nameof(message)),
    };

    private ReadOnlyMemory<byte> Write(ref FieldWriter writer, object message, int frame)
    {
        double[]? numbers;
        switch (message)
        {
            case StepStarted step: return StepStartedInbox.Write(ref writer, step);
            case GradientComputed gradient: return Write(ref writer, gradient, frame);
            case EvaluateBlocks request: return EvaluationInbox.Write(ref writer, request);
            case RecomputeSlices request: return RecoveryInbox.Write(ref writer, request);
            case BlocksEvaluated blocks:
                BlocksEvaluatedMessages.Write(ref writer, blocks, frame);
                return default;
            case MeasureCurvature request:
                return CurvatureRequestInbox.Write(ref writer, request, frame, out numbers)?.Bytes ?? Encoded(numbers!, frame);
            case CurvatureMeasured answer:
                return CurvatureAnswerInbox.Write(ref writer, answer, frame, out numbers)?.Bytes ?? Encoded(numbers!, frame);
            default:
                PlainMessages.Write(ref writer, message);
                return default;
        }
    }

    private ReadOnlyMemory<byte> Write(ref FieldWriter writer, GradientComputed gradient, int frame)
    {
        PartialGradient partial = gradient.Partials[frame];
        if (encoding != GradientEncoding.Float32 && partial.Range.Count > 1)
        {
            throw new WireException(
                WireProblem.BadField,
                $"GradientComputed to send: found the sum of {partial.Range.Count} shards; expected single shards with {encoding}.");
        }

        ReadOnlyMemory<byte> payload = partial.Sum is not { } sum ? default
            : encoding == GradientEncoding.Float32 ? sum.Bytes
            : Encoded(sum, frame);
        GradientInbox.Write(ref writer, gradient, partial, payload.Length);
        return payload;
    }

    private Memory<byte> Encoded(AlignedVector vector, int frame)
    {
        Memory<byte> bytes = Scratch(frame, vector.Length * sizeof(ushort));
        VectorEncoding.EncodeBfloat16(vector.Span, bytes.Span);
        return bytes;
    }

    private Memory<byte> Encoded(double[] numbers, int frame)
    {
        Memory<byte> bytes = Scratch(frame, numbers.Length * sizeof(double));
        MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(bytes.Span);
        return bytes;
    }

    private Memory<byte> Scratch(int frame, int bytes)
    {
        while (_encoded.Count <= frame)
        {
            _encoded.Add([]);
        }

        if (_encoded[frame].Length < bytes)
        {
            _encoded[frame] = new byte[bytes];
        }

        return _encoded[frame].AsMemory(0, bytes);
    }
}
