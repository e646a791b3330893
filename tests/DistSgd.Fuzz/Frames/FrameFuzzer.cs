using System.Buffers.Binary;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Config;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Fuzz.Frames;

/// <summary>
/// Feeds random bytes and damaged frames to a decoder, which may refuse them with a <see cref="WireException"/> and do nothing else.
/// </summary>
/// <remarks>
/// Half of the damaged frames get checksums that fit again, as a faulty or hostile peer would send them: otherwise nothing behind the
/// checksums would be reached.
/// </remarks>
/// <param name="seed">The same seed gives the same inputs.</param>
internal sealed class FrameFuzzer(int seed)
{
    /// <summary>Bytes that one input may allocate: a few vectors of the run, an error's text; nothing that a length claims.</summary>
    public const int AllocatedBytesMax = 64 * 1024;

    private readonly Random _random = new(seed);
    private readonly RunShape[] _shapes =
    [
        new(32, 4, GradientEncoding.Float32), new(48, 6, GradientEncoding.Bfloat16), new(512, 64, GradientEncoding.Float32),
    ];

    /// <summary>Number of inputs that decoded to a message or a part of one.</summary>
    public long Accepted { get; private set; }

    /// <summary>Number of refused inputs by problem.</summary>
    public SortedDictionary<WireProblem, long> Refused { get; } = [];

    /// <summary>Number of inputs that ended before their frame did.</summary>
    public long Incomplete { get; private set; }

    /// <summary>Most bytes that one input allocated.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Feeds so many inputs.</summary>
    /// <exception cref="FuzzException">The decoder did what it must not; the message has the input.</exception>
    public void Run(int inputs)
    {
        int done = 0;
        while (done < inputs)
        {
            RunShape shape = _shapes[_random.Next(_shapes.Length)];
            object message = new SampleMessages(_random, shape).Next();
            byte[][] frames = FrameBytes.Of(new FrameEncoder(shape.Encoding), message);
            var decoder = new FrameDecoder { Shape = _random.Next(10) == 0 ? null : shape };
            // Many inputs go to one decoder, so that what one leaves behind meets the next.
            for (int i = 0; i < 20 && done < inputs; i++, done++)
            {
                decoder = Feed(decoder, Input(frames[_random.Next(frames.Length)]));
            }
        }
    }

    private FrameDecoder Feed(FrameDecoder decoder, byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (FrameBytes.TryDecode(decoder, input, _random.Next(1, 4096), out _))
            {
                Accepted++;
            }
            else
            {
                Incomplete++;
            }
        }
        catch (WireException refused)
        {
            Refused[refused.Problem] = Refused.GetValueOrDefault(refused.Problem) + 1;
            decoder = _random.Next(2) == 0 ? new FrameDecoder { Shape = decoder.Shape } : decoder;
        }
        catch (Exception other)
        {
            throw new FuzzException($"{other.GetType().Name}: {other.Message}", input, other);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        AllocatedBytes = Math.Max(AllocatedBytes, allocated);
        return allocated <= AllocatedBytesMax
            ? decoder
            : throw new FuzzException($"{allocated} bytes were allocated; at most {AllocatedBytesMax} may be.", input, null);
    }

    private byte[] Input(byte[] frame)
    {
        if (_random.Next(16) == 0)
        {
            byte[] noise = new byte[_random.Next(200)];
            _random.NextBytes(noise);
            return noise;
        }

        byte[] input = [.. frame];
        if (_random.Next(3) == 0)
        {
            return WithOtherFields(input);
        }

        for (int mutations = _random.Next(4); mutations > 0; mutations--)
        {
            input = Mutated(input);
        }

        if (_random.Next(2) == 0)
        {
            Checksums.Fix(input);
        }

        return input;
    }

    /// <summary>A frame whose head has other bytes and a fitting checksum: what is left to refuse are its fields.</summary>
    private byte[] WithOtherFields(byte[] frame)
    {
        int head = BinaryPrimitives.ReadInt32LittleEndian(frame.AsSpan(8));
        for (int changes = _random.Next(1, 4); changes > 0; changes--)
        {
            frame[FrameHeader.SizeBytes + _random.Next(head)] = (byte)(_random.Next(2) == 0 ? _random.Next(256) : _random.Next(16));
        }

        Checksums.Fix(frame);
        return frame;
    }

    private byte[] Mutated(byte[] input)
    {
        int end = _random.Next(2) == 0 ? input.Length : Math.Min(input.Length, FrameHeader.SizeBytes + 64);
        int at = end == 0 ? 0 : _random.Next(end);
        switch (_random.Next(8))
        {
            case 0: return input[..at];
            case 1: return [.. input, .. input[at..]];
            case 2: return [.. input[..at], .. input[Math.Min(input.Length, at + _random.Next(1, 9))..]];
            case 3: return [.. input[..at], (byte)_random.Next(256), .. input[at..]];
            case 4 when input.Length >= FrameHeader.SizeBytes:
                BinaryPrimitives.WriteUInt32LittleEndian(input.AsSpan(4 * _random.Next(1, 4)), Extreme());
                return input;
            case 5 when at + 5 <= input.Length:
                input[at] = (byte)_random.Next(0xc0, 0xe0);
                BinaryPrimitives.WriteUInt32BigEndian(input.AsSpan(at + 1), Extreme());
                return input;
            case 6 when input.Length > 0:
                input[at] ^= (byte)(1 << _random.Next(8));
                return input;
            default:
                if (input.Length > 0)
                {
                    input[at] = (byte)_random.Next(256);
                }

                return input;
        }
    }

    private uint Extreme() => _random.Next(5) switch
    {
        0 => uint.MaxValue,
        1 => int.MaxValue,
        2 => (uint)WireLimits.PayloadBytesMax,
        3 => (uint)_random.Next(300),
        _ => (uint)_random.Next(),
    };
}

/// <summary>An input made the decoder do what it must not.</summary>
internal sealed class FuzzException(string message, byte[] input, Exception? inner)
    : Exception($"{message}\ninput: {Convert.ToHexStringLower(input)}", inner);
