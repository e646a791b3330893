using System.Numerics;

namespace DistSgd.Numerics.Tests.Random;

/// <summary>SplitMix64 and xoshiro256** written after the C sources at prng.di.unimi.it, held to published numbers below.</summary>
internal static class ReferenceGenerators
{
    public static IEnumerable<ulong> SplitMix64(ulong x)
    {
        while (true)
        {
            x = unchecked(x + 0x9e3779b97f4a7c15);
            ulong z = x;
            z = unchecked((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9);
            z = unchecked((z ^ (z >> 27)) * 0x94d049bb133111eb);
            yield return z ^ (z >> 31);
        }
    }

    public static IEnumerable<ulong> Xoshiro256StarStar(params ulong[] s)
    {
        while (true)
        {
            yield return unchecked(BitOperations.RotateLeft(s[1] * 5, 7) * 9);
            ulong t = s[1] << 17;
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = BitOperations.RotateLeft(s[3], 45);
        }
    }

    /// <summary>The stream of a key: each part is mixed in by one SplitMix64 step, four more fill the state.</summary>
    public static IEnumerable<ulong> Keyed(ulong seed, params ulong[] parts)
    {
        ulong state = parts.Aggregate(seed, (key, part) => SplitMix64(key).First() ^ part);
        return Xoshiro256StarStar([.. SplitMix64(state).Take(4)]);
    }
}
