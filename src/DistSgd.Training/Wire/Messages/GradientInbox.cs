using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>
/// GradientComputed: term, step, worker, time of computing in µs, range, slices (shard, examples, loss sum, right classes, squared norm), sum or nil.
/// </summary>
/// <remarks>
/// A frame holds one partial gradient, and arrives as a message of its own; the server adds messages up in any case. One object for each
/// range is used again at every step.
/// </remarks>
internal sealed class GradientInbox : Inbox
{
    private readonly Dictionary<ShardRange, GradientComputed> _byRange = [];
    private SliceStatistics[] _slices = [];
    private int _sliceCount;
    private string? _worker;
    private int _term;
    private long _step;
    private TimeSpan _computeTime;
    private ShardRange _range;
    private bool _hasSum;

    public static void Write(ref FieldWriter writer, GradientComputed message, PartialGradient partial, int payloadBytes)
    {
        writer.Begin(8);
        writer.Write(Field.Term, message.Term);
        writer.Write(Field.Step, message.Step);
        writer.Write(Field.Worker, message.Worker.Name);
        writer.Write(Field.ComputeUs, message.ComputeTime.Ticks / TimeSpan.TicksPerMicrosecond);
        writer.Write(partial.Range);
        writer.Begin(partial.SliceCount);
        bool anyFinite = false;
        int last = partial.Range.First - 1;
        foreach (ref readonly SliceStatistics slice in partial.Slices)
        {
            writer.Begin(5);
            writer.Write(Field.Shard, slice.Shard);
            writer.Write(Field.Examples, slice.Examples);
            writer.Write(slice.LossSum);
            writer.Write(Field.Correct, slice.Correct);
            writer.Write(slice.SquaredNorm);
            RequireSlice(slice, last, partial.Range);
            last = slice.Shard;
            anyFinite |= slice.IsFinite;
        }

        RequireSum(anyFinite, partial.Sum is not null);
        if (partial.Sum is null)
        {
            writer.WriteNoPayload();
        }
        else
        {
            writer.WritePayload(payloadBytes);
        }
    }

    public override VectorPlace Open(ref FieldReader reader, RunShape shape)
    {
        reader.Begin(8);
        _term = reader.ReadInt32(Field.Term);
        _step = reader.ReadInt64(Field.Step);
        _worker = reader.ReadText(Field.Worker, _worker);
        _computeTime = TimeSpan.FromTicks(reader.ReadInt64(Field.ComputeUs) * TimeSpan.TicksPerMicrosecond);
        _range = reader.ReadRange();
        RequireInRun(_range, shape);
        bool anyFinite = ReadSlices(ref reader);
        _hasSum = !reader.TryReadNoPayload();
        RequireSum(anyFinite, _hasSum);
        PayloadKind kind = !_hasSum ? PayloadKind.None
            : shape.Encoding == GradientEncoding.Bfloat16 ? PayloadKind.Bfloat16
            : PayloadKind.Float32;
        if (_hasSum)
        {
            reader.ReadPayload(kind, shape.VectorLength);
        }

        return new VectorPlace(FrameType.GradientComputed, kind, shape.VectorLength, _term, _step, _range);
    }

    public override AlignedVector Vector(int length) =>
        Reusable() is { } last && last.Partials[0].Buffer.Length == length ? last.Partials[0].Buffer : new AlignedVector(length);

    public override object Complete(AlignedVector? vector, ReadOnlySpan<double> numbers)
    {
        GradientComputed message = Reusable() is { } last && last.Partials[0].Buffer == vector ? last : Create(vector!);
        message.Term = _term;
        message.Step = _step;
        message.ComputeTime = _computeTime;
        PartialGradient partial = message.Partials[0];
        partial.Clear();
        foreach (ref readonly SliceStatistics slice in _slices.AsSpan(0, _sliceCount))
        {
            partial.Add(slice, isSummed: _hasSum && slice.IsFinite);
        }

        return message;
    }

    private GradientComputed? Reusable() =>
        _byRange.TryGetValue(_range, out GradientComputed? last) && (last.Term, last.Step) != (_term, _step) && last.Worker.Name == _worker
            ? last
            : null;

    private GradientComputed Create(AlignedVector vector)
    {
        // Ranges that overlap are of an assignment that is over; their vectors are not kept.
        foreach (ShardRange range in _byRange.Keys.Where(range => range.First < _range.End && _range.First < range.End).ToArray())
        {
            _byRange.Remove(range);
        }

        return _byRange[_range] = new GradientComputed { Worker = new ActorId(_worker!), Partials = [new PartialGradient(_range, vector)] };
    }

    private bool ReadSlices(ref FieldReader reader)
    {
        _sliceCount = reader.BeginArray(Field.SliceCount);
        if (_slices.Length < _range.Count)
        {
            _slices = new SliceStatistics[_range.Count];
        }

        bool anyFinite = false;
        int last = _range.First - 1;
        for (int i = 0; i < _sliceCount; i++)
        {
            reader.Begin(5);
            var slice = new SliceStatistics
            {
                Shard = reader.ReadInt32(Field.Shard),
                Examples = reader.ReadInt32(Field.Examples),
                LossSum = reader.ReadDouble(),
                Correct = reader.ReadInt32(Field.Correct),
                SquaredNorm = reader.ReadDouble(),
            };
            RequireSlice(slice, last, _range);
            _slices[i] = slice;
            last = slice.Shard;
            anyFinite |= slice.IsFinite;
        }

        return anyFinite;
    }

    private static void RequireSlice(in SliceStatistics slice, int last, ShardRange range)
    {
        if (slice.Shard <= last || slice.Shard >= range.End)
        {
            throw Bad($"a slice of shard {slice.Shard}", $"ascending shards from {last + 1} to {range.End - 1}");
        }

        if (slice.Correct > slice.Examples)
        {
            throw Bad($"{slice.Correct} right classes in shard {slice.Shard}", $"at most its {slice.Examples} examples");
        }

        if (slice.SquaredNorm < 0)
        {
            throw Bad($"the squared norm {slice.SquaredNorm} in shard {slice.Shard}", "one that is not negative");
        }
    }

    private static void RequireInRun(ShardRange range, RunShape shape)
    {
        if (range.End > shape.Shards)
        {
            throw Bad($"shards up to {range.End - 1}", $"shards of the run, up to {shape.Shards - 1}");
        }

        if (shape.Encoding != GradientEncoding.Float32 && range.Count > 1)
        {
            throw Bad($"the sum of {range.Count} shards", "single shards, as the encoding loses digits and each slice has to lose its own");
        }
    }

    private static void RequireSum(bool anyFinite, bool hasSum)
    {
        if (anyFinite != hasSum)
        {
            throw Bad(hasSum ? "a sum of no finite slice" : "no sum of the finite slices", "a sum exactly if a slice is finite");
        }
    }

    private static WireException Bad(string found, string expected) =>
        new(WireProblem.BadField, $"{FrameType.GradientComputed}: found {found}; expected {expected}.");
}
