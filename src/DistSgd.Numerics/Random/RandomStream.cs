using System.Numerics;

namespace DistSgd.Numerics.Random;

/// <summary>
/// A seeded stream of random numbers that is a pure function of its key: xoshiro256** (Blackman and Vigna, 2018) started by SplitMix64.
/// </summary>
/// <remarks>
/// Streams of different keys are independent for every practical purpose, so a shuffle of (seed, epoch, shard) can be drawn
/// by any worker at any time without being told a state. Only IEEE arithmetic is used: the numbers are the same on every machine.
/// </remarks>
public sealed class RandomStream
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double _spareNormal;
    private bool _hasSpareNormal;

    /// <summary>Opens the stream of a key.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the numbers are for; streams of different purposes do not meet.</param>
    /// <param name="first">First coordinate, for instance the epoch.</param>
    /// <param name="second">Second coordinate, for instance the shard.</param>
    public RandomStream(ulong seed, StreamPurpose purpose, long first = 0, long second = 0) => Restart(seed, purpose, first, second);

    /// <summary>Moves this object to the start of the stream of another key, without allocating.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What the numbers are for.</param>
    /// <param name="first">First coordinate.</param>
    /// <param name="second">Second coordinate.</param>
    public void Restart(ulong seed, StreamPurpose purpose, long first = 0, long second = 0)
    {
        ulong state = seed;
        state = SplitMix(ref state) ^ (ulong)purpose;
        state = SplitMix(ref state) ^ (ulong)first;
        state = SplitMix(ref state) ^ (ulong)second;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
        _hasSpareNormal = false;
    }

    /// <summary>The next 64 random bits.</summary>
    /// <returns>A number uniform over all 64-bit values.</returns>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number uniform in [0, 1) with 53 random bits.</summary>
    /// <returns>The number.</returns>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer uniform in [0, bound), without bias (Lemire 2019).</summary>
    /// <param name="bound">Upper bound, at least 1, not reached.</param>
    /// <returns>The integer.</returns>
    public int NextInt(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        uint range = (uint)bound;
        ulong product = (NextBits() >> 32) * range;
        if ((uint)product < range)
        {
            uint threshold = (0u - range) % range;
            while ((uint)product < threshold)
            {
                product = (NextBits() >> 32) * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A standard normal number (polar method of Marsaglia, 1964).</summary>
    /// <returns>The number, mean 0, variance 1.</returns>
    public double NextNormal()
    {
        if (_hasSpareNormal)
        {
            _hasSpareNormal = false;
            return _spareNormal;
        }

        double u, v, s;
        do
        {
            u = (2 * NextDouble()) - 1;
            v = (2 * NextDouble()) - 1;
            s = (u * u) + (v * v);
        }
        while (s >= 1 || s == 0);

        double factor = Math.Sqrt(-2 * PortableMath.Log(s) / s);
        _spareNormal = v * factor;
        _hasSpareNormal = true;
        return u * factor;
    }

    /// <summary>Shuffles in place, every order equally likely (Fisher and Yates).</summary>
    /// <param name="items">The items.</param>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
