using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>StepStarted: term, step, parameters. One object is used again at every step.</summary>
internal sealed class StepStartedInbox : Inbox
{
    private StepStarted? _message;
    private int _term;
    private long _step;

    public static ReadOnlyMemory<byte> Write(ref FieldWriter writer, StepStarted message)
    {
        writer.Begin(3);
        writer.Write(Field.Term, message.Term);
        writer.Write(Field.Step, message.Step);
        writer.WritePayload(message.Parameters.Bytes.Length);
        return message.Parameters.Bytes;
    }

    public override VectorPlace Open(ref FieldReader reader, RunShape shape)
    {
        reader.Begin(3);
        _term = reader.ReadInt32(Field.Term);
        _step = reader.ReadInt64(Field.Step);
        reader.ReadPayload(PayloadKind.Float32, shape.VectorLength);
        if (_message is { } last && (last.Term, last.Step) == (_term, _step))
        {
            _message = null;
        }

        return new VectorPlace(FrameType.StepStarted, PayloadKind.Float32, shape.VectorLength, _term, _step);
    }

    public override AlignedVector Vector(int length) =>
        _message is { } last && last.Parameters.Length == length ? last.Parameters : new AlignedVector(length);

    public override object Complete(AlignedVector? vector, ReadOnlySpan<double> numbers)
    {
        _message ??= new StepStarted { Parameters = vector! };
        _message.Term = _term;
        _message.Step = _step;
        _message.Parameters = vector!;
        return _message;
    }
}
