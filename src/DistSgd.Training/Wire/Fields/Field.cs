using DistSgd.Learning;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Fields;

/// <summary>A whole number of a message with its bounds, which both sender and receiver hold it to.</summary>
/// <param name="Name">Its name in errors.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
internal readonly record struct IntegerField(string Name, long Min, long Max)
{
    /// <summary>Returns the value, or throws.</summary>
    public long Check(FrameType type, long value) => value >= Min && value <= Max
        ? value
        : throw new WireException(WireProblem.BadField, $"{type}.{Name}: found {value}; expected {Min} to {Max}.");
}

/// <summary>A text of a message with its bounds.</summary>
/// <param name="Name">Its name in errors.</param>
/// <param name="BytesMin">Smallest number of UTF-8 bytes.</param>
/// <param name="BytesMax">Largest number of UTF-8 bytes.</param>
/// <param name="IsLine">True if it has no control characters: it goes to logs and terminals as it is.</param>
internal readonly record struct TextField(string Name, int BytesMin, int BytesMax, bool IsLine = true)
{
    /// <summary>Returns the length, or throws.</summary>
    public int CheckLength(FrameType type, int bytes) => bytes >= BytesMin && bytes <= BytesMax
        ? bytes
        : throw new WireException(WireProblem.BadField, $"{type}.{Name}: found {bytes} bytes; expected {BytesMin} to {BytesMax}.");

    /// <summary>Returns the text, or throws.</summary>
    public string CheckText(FrameType type, string text)
    {
        foreach (char character in text)
        {
            if (IsLine && char.IsControl(character))
            {
                throw new WireException(
                    WireProblem.BadField, $"{type}.{Name}: found the control character U+{(int)character:X4}; expected one line of text.");
            }
        }

        return text;
    }
}

/// <summary>The fields of all messages.</summary>
internal static class Field
{
    public static readonly IntegerField Term = new("term", 0, int.MaxValue);
    public static readonly IntegerField Step = new("step", 0, long.MaxValue);
    public static readonly IntegerField Round = new("round", 0, long.MaxValue);
    public static readonly IntegerField ComputeUs = new("compute_us", 0, long.MaxValue / TimeSpan.TicksPerMicrosecond);
    public static readonly IntegerField Number = new("number", long.MinValue, long.MaxValue);
    public static readonly IntegerField Role = new("role", (int)NodeRole.Worker, (int)NodeRole.Observer);
    public static readonly IntegerField Servers = new("servers", 1, WireLimits.ServersMax);
    public static readonly IntegerField IsFinal = new("is_final", 0, 1);
    public static readonly IntegerField HeartbeatMs = new("heartbeat_ms", 1, 3_600_000);
    public static readonly IntegerField Shard = new("shard", 0, WireLimits.ShardsMax - 1);
    public static readonly IntegerField ShardCount = new("shard_count", 0, WireLimits.ShardsMax);
    public static readonly IntegerField RangeFirst = new("range_first", 0, WireLimits.ShardsMax - 1);
    public static readonly IntegerField RangeCount = new("range_count", 1, WireLimits.ShardsMax);
    public static readonly IntegerField SliceCount = new("slice_count", 0, WireLimits.ShardsMax);
    public static readonly IntegerField Examples = new("examples", 1, int.MaxValue);
    public static readonly IntegerField Correct = new("correct", 0, int.MaxValue);
    public static readonly IntegerField Part = new("part", (int)DataPart.Training, (int)DataPart.Test);
    public static readonly IntegerField FirstBlock = new("first_block", 0, int.MaxValue / 2);
    public static readonly IntegerField BlockCount = new("block_count", 1, int.MaxValue / 2);
    public static readonly IntegerField ResultCount = new("result_count", 1, WireLimits.BlocksPerFrameMax);
    public static readonly IntegerField Points = new("points", 1, WireLimits.PointsMax);
    public static readonly IntegerField Directions = new("directions", 0, WireLimits.DirectionsMax);
    public static readonly IntegerField Index = new("index", 0, WireLimits.DirectionsMax + 1);

    public static readonly TextField Node = new("node", 1, WireLimits.NameBytesMax);
    public static readonly TextField Worker = new("worker", 1, WireLimits.NameBytesMax);
    public static readonly TextField RunId = new("run_id", 0, WireLimits.NameBytesMax);
    public static readonly TextField Address = new("address", 1, WireLimits.NameBytesMax);
    public static readonly TextField Reason = new("reason", 0, WireLimits.ReasonBytesMax, IsLine: false);
    public static readonly TextField Outcome = new("outcome", 1, WireLimits.NameBytesMax);
    public static readonly TextField ConfigYaml = new("config_yaml", 0, WireLimits.ConfigBytesMax, IsLine: false);
    public static readonly TextField ConfigDigest = new("config_digest", 0, WireLimits.NameBytesMax);
    public static readonly TextField DataSha256 = new("data_sha256", 0, WireLimits.NameBytesMax);
}
