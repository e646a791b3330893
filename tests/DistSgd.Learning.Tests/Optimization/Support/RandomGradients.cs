using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Optimization.Support;

internal static class RandomGradients
{
    public static float[] Draw(ulong seed, long step, int count)
    {
        var stream = new RandomStream(seed, StreamPurpose.Test, step);
        return [.. Enumerable.Range(0, count).Select(_ => (float)stream.NextNormal())];
    }
}
