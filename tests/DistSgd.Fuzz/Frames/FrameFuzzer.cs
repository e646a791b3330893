using DistSgd.Learning.Gradients;
using DistSgd.Training.Config;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Fuzz.Frames;

/// <summary>
/// Feeds random bytes and damaged frames to a decoder, which may refuse them with a <see cref="WireException"/> and do nothing else.
/// </summary>
internal sealed class FrameFuzzer
{
    /// <summary>Bytes that one input may allocate: a few vectors of the run, an error's text; nothing that a length claims.</summary>
    public const int AllocatedBytesMax = 64 * 1024;

    private readonly Random _random;
    private readonly FrameMutator _mutator;
    private readonly RunShape[] _shapes =
    [
        new(32, 4, GradientEncoding.Float32), new(48, 6, GradientEncoding.Bfloat16), new(512, 64, GradientEncoding.Float32),
    ];

    /// <summary>Creates a fuzzer.</summary>
    /// <param name="seed">The same seed gives the same inputs.</param>
    public FrameFuzzer(int seed)
    {
        _random = new Random(seed);
        _mutator = new FrameMutator(_random);
    }

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
                decoder = Feed(decoder, _mutator.Changed(frames[_random.Next(frames.Length)]));
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
            throw Found($"{other.GetType().Name}: {other.Message}", input, other);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        AllocatedBytes = Math.Max(AllocatedBytes, allocated);
        return allocated <= AllocatedBytesMax
            ? decoder
            : throw Found($"{allocated} bytes were allocated; at most {AllocatedBytesMax} may be.", input, null);
    }

    private static FuzzException Found(string what, byte[] input, Exception? inner) =>
        new($"{what}\ninput: {Convert.ToHexStringLower(input)}", inner);
}
