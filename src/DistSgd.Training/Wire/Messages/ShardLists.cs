using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>A set of shards as a field: an array, ascending.</summary>
internal static class ShardLists
{
    public static void Write(ref FieldWriter writer, FrameType type, int[] shards)
    {
        writer.Begin((int)Field.ShardCount.Check(type, shards.Length));
        int last = -1;
        foreach (int shard in shards)
        {
            RequireAscending(type, last, shard);
            writer.Write(Field.Shard, last = shard);
        }
    }

    public static int[] Read(ref FieldReader reader)
    {
        var shards = new int[reader.BeginArray(Field.ShardCount)];
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i] = reader.ReadInt32(Field.Shard);
            RequireAscending(reader.Type, i == 0 ? -1 : shards[i - 1], shards[i]);
        }

        return shards;
    }

    private static void RequireAscending(FrameType type, int last, int shard)
    {
        if (shard <= last)
        {
            throw new WireException(WireProblem.BadField, $"{type}.shards: found {shard} after {last}; expected ascending shards.");
        }
    }
}
