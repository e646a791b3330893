using DistSgd.Learning.Curvature;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>
/// CurvatureMeasured: term, round, range, points, whether there is a sum, whether the payload is it; a frame for the losses of each part
/// [shards, points], and one for its sum.
/// </summary>
/// <remarks>Each part arrives as a message of its own; the leader adds messages up in any case.</remarks>
internal sealed class CurvatureAnswerInbox : Inbox
{
    private readonly ReusedVectors _reused = new();
    private Part _part;
    private double[][]? _losses;
    private bool _isSum;

    public static int FrameCount(CurvatureMeasured message)
    {
        int count = 0;
        foreach (CurvaturePart part in message.Parts)
        {
            count += FramesOf(part);
        }

        return count;
    }

    /// <summary>Writes one frame.</summary>
    /// <returns>The sum, if it is the payload; null for the losses, which are <paramref name="numbers"/>.</returns>
    public static AlignedVector? Write(ref FieldWriter writer, CurvatureMeasured message, int frame, out double[]? numbers)
    {
        CurvaturePart part = PartOf(message, ref frame);
        bool isSum = frame == 1;
        int points = part.Losses[0].Length;
        numbers = isSum ? null : Flat(part, points);
        writer.Begin(8);
        writer.Write(Field.Term, message.Term);
        writer.Write(Field.Round, message.Round);
        writer.Write(part.Range);
        writer.Write(Field.Points, points);
        writer.Write(part.Sum is not null);
        writer.Write(isSum);
        writer.WritePayload(isSum ? part.Sum!.Bytes.Length : numbers!.Length * sizeof(double));
        return isSum ? part.Sum : null;
    }

    public override VectorPlace Open(ref FieldReader reader, RunShape shape)
    {
        reader.Begin(8);
        var part = new Part(
            reader.ReadInt32(Field.Term),
            reader.ReadInt64(Field.Round),
            reader.ReadRange(),
            reader.ReadInt32(Field.Points),
            reader.ReadBoolean());
        _isSum = reader.ReadBoolean();
        RequireNext(part, shape);
        _part = part;
        PayloadKind kind = _isSum ? PayloadKind.Float32 : PayloadKind.Float64;
        long count = _isSum ? shape.VectorLength : (long)part.Range.Count * part.Points;
        CurvatureNumbers.RequireCount(FrameType.CurvatureMeasured, _isSum ? 0 : count);
        reader.ReadPayload(kind, count);
        return new VectorPlace(FrameType.CurvatureMeasured, kind, (int)count, part.Term, part.Round, part.Range, _isSum ? 1 : 0);
    }

    public override AlignedVector Vector(int length) =>
        _reused.Take((_part.Range.First, _part.Range.Count), _part.Term, _part.Round, length);

    public override object? Complete(AlignedVector? vector, ReadOnlySpan<double> numbers)
    {
        if (!_isSum)
        {
            _losses = new double[_part.Range.Count][];
            for (int s = 0; s < _losses.Length; s++)
            {
                _losses[s] = numbers.Slice(s * _part.Points, _part.Points).ToArray();
            }

            if (_part.HasSum)
            {
                return null;
            }
        }

        var message = new CurvatureMeasured(_part.Term, _part.Round, [new CurvaturePart(_part.Range, vector, _losses!)]);
        _losses = null;
        return message;
    }

    private static int FramesOf(CurvaturePart part) => part.Sum is null ? 1 : 2;

    /// <summary>The part that a frame belongs to; the frame becomes its number within the part.</summary>
    private static CurvaturePart PartOf(CurvatureMeasured message, ref int frame)
    {
        foreach (CurvaturePart part in message.Parts)
        {
            if (frame < FramesOf(part))
            {
                return part;
            }

            frame -= FramesOf(part);
        }

        throw new ArgumentOutOfRangeException(nameof(frame));
    }

    private static double[] Flat(CurvaturePart part, int points)
    {
        CurvatureNumbers.RequireCount(FrameType.CurvatureMeasured, (long)part.Range.Count * points);
        var flat = new double[part.Range.Count * points];
        for (int s = 0; s < part.Range.Count; s++)
        {
            part.Losses[s].AsSpan(0, points).CopyTo(flat.AsSpan(s * points));
        }

        return flat;
    }

    private void RequireNext(Part part, RunShape shape)
    {
        if (part.Range.End > shape.Shards)
        {
            throw new WireException(
                WireProblem.BadField,
                $"{FrameType.CurvatureMeasured}: found shards up to {part.Range.End - 1}; expected the run's, up to {shape.Shards - 1}.");
        }

        bool continues = _losses is not null && part == _part && part.HasSum;
        if (_isSum ? !continues : _losses is not null)
        {
            throw new WireException(
                WireProblem.OutOfPlace,
                $"{FrameType.CurvatureMeasured}: found {(_isSum ? "a sum" : "losses")} of {part.Range}; expected "
                + (_losses is null ? "the losses of a part." : $"the sum of {_part.Range}."));
        }
    }

    private readonly record struct Part(int Term, long Round, ShardRange Range, int Points, bool HasSum);
}
