using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>EvaluateBlocks: term, step, part, first block, number of blocks, parameters.</summary>
internal sealed class EvaluationInbox : Inbox
{
    private readonly ReusedVectors _vectors = new();
    private int _term;
    private long _step;
    private DataPart _part;
    private int _firstBlock;
    private int _blockCount;

    public static ReadOnlyMemory<byte> Write(ref FieldWriter writer, EvaluateBlocks message)
    {
        writer.Begin(6);
        writer.Write(Field.Term, message.Term);
        writer.Write(Field.Step, message.Step);
        writer.Write(Field.Part, (int)message.Part);
        writer.Write(Field.FirstBlock, message.FirstBlock);
        writer.Write(Field.BlockCount, message.BlockCount);
        writer.WritePayload(message.Parameters.Bytes.Length);
        return message.Parameters.Bytes;
    }

    public override VectorPlace Open(ref FieldReader reader, RunShape shape)
    {
        reader.Begin(6);
        _term = reader.ReadInt32(Field.Term);
        _step = reader.ReadInt64(Field.Step);
        _part = (DataPart)reader.ReadInt32(Field.Part);
        _firstBlock = reader.ReadInt32(Field.FirstBlock);
        _blockCount = reader.ReadInt32(Field.BlockCount);
        reader.ReadPayload(PayloadKind.Float32, shape.VectorLength);
        return new VectorPlace(FrameType.EvaluateBlocks, PayloadKind.Float32, shape.VectorLength, _term, _step);
    }

    public override AlignedVector Vector(int length) => _vectors.Take(default, _term, _step, length);

    public override object Complete(AlignedVector? vector, ReadOnlySpan<double> numbers) =>
        new EvaluateBlocks(_term, _step, _part, _firstBlock, _blockCount, vector!);
}

/// <summary>
/// BlocksEvaluated: term, step, part, first block, results (loss sum, right classes). Many blocks travel in several frames.
/// </summary>
internal static class BlocksEvaluatedMessages
{
    public static int FrameCount(BlocksEvaluated message) =>
        Math.Max(1, (message.Results.Length + WireLimits.BlocksPerFrameMax - 1) / WireLimits.BlocksPerFrameMax);

    public static void Write(ref FieldWriter writer, BlocksEvaluated message, int frame)
    {
        int start = frame * WireLimits.BlocksPerFrameMax;
        ReadOnlySpan<BlockResult> results = message.Results.AsSpan(start);
        results = results[..Math.Min(results.Length, WireLimits.BlocksPerFrameMax)];
        writer.Begin(5);
        writer.Write(Field.Term, message.Term);
        writer.Write(Field.Step, message.Step);
        writer.Write(Field.Part, (int)message.Part);
        writer.Write(Field.FirstBlock, message.FirstBlock + start);
        writer.Begin((int)Field.ResultCount.Check(FrameType.BlocksEvaluated, results.Length));
        foreach (BlockResult result in results)
        {
            writer.Begin(2);
            writer.Write(result.LossSum);
            writer.Write(Field.Correct, result.Correct);
        }
    }

    public static BlocksEvaluated Read(ref FieldReader reader)
    {
        reader.Begin(5);
        int term = reader.ReadInt32(Field.Term);
        long step = reader.ReadInt64(Field.Step);
        var part = (DataPart)reader.ReadInt32(Field.Part);
        int firstBlock = reader.ReadInt32(Field.FirstBlock);
        var results = new BlockResult[reader.BeginArray(Field.ResultCount)];
        for (int i = 0; i < results.Length; i++)
        {
            reader.Begin(2);
            results[i] = new BlockResult(reader.ReadDouble(), reader.ReadInt32(Field.Correct));
        }

        return new BlocksEvaluated(term, step, part, firstBlock, results);
    }
}
