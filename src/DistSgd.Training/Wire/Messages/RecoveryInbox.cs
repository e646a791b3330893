using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>RecomputeSlices: term, step, shards, parameters. Rare, so each has a vector of its own.</summary>
internal sealed class RecoveryInbox : Inbox
{
    private int _term;
    private long _step;
    private int[] _shards = [];

    public static ReadOnlyMemory<byte> Write(ref FieldWriter writer, RecomputeSlices message)
    {
        writer.Begin(4);
        writer.Write(Field.Term, message.Term);
        writer.Write(Field.Step, message.Step);
        ShardLists.Write(ref writer, FrameType.RecomputeSlices, message.Shards);
        writer.WritePayload(message.Parameters.Bytes.Length);
        return message.Parameters.Bytes;
    }

    public override VectorPlace Open(ref FieldReader reader, RunShape shape)
    {
        reader.Begin(4);
        _term = reader.ReadInt32(Field.Term);
        _step = reader.ReadInt64(Field.Step);
        _shards = ShardLists.Read(ref reader);
        reader.ReadPayload(PayloadKind.Float32, shape.VectorLength);
        return new VectorPlace(FrameType.RecomputeSlices, PayloadKind.Float32, shape.VectorLength, _term, _step);
    }

    public override AlignedVector Vector(int length) => new(length);

    public override object Complete(AlignedVector? vector, ReadOnlySpan<double> numbers) =>
        new RecomputeSlices(_term, _step, _shards, vector!);
}
