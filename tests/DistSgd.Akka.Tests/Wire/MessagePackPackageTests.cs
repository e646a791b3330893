using DistSgd.Fuzz.Frames;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Akka.Tests.Wire;

public sealed class MessagePackPackageTests
{
    private const int ValuesPerSeed = 200;

    [Theory]
    [InlineData(GradientEncoding.Float32)]
    [InlineData(GradientEncoding.Bfloat16)]
    public void Every_message_kind_is_read_and_written_by_the_package_with_the_same_bytes(GradientEncoding encoding)
    {
        var encoder = new FrameEncoder(encoding);
        var seen = new HashSet<string>();
        for (int seed = 0; seed < 20; seed++)
        {
            var shape = new RunShape(16 * (1 + (20 * seed)), 1 + (seed % 8), encoding);
            foreach (object message in new SampleMessages(new Random(seed), shape).OneOfEach())
            {
                seen.Add(message.GetType().Name);
                foreach (byte[] frame in FrameBytes.Of(encoder, message))
                {
                    ShouldAgree(frame[FrameHeader.SizeBytes..], $"{message.GetType().Name}, seed {seed}");
                }
            }
        }

        Enum.GetNames<FrameType>().Except(seen).ShouldBeEmpty("these frame types have no sample");
    }

    [Fact]
    public void Values_of_every_type_and_size_are_written_alike_and_read_crosswise()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            object?[] values = [.. Enumerable.Range(0, ValuesPerSeed).Select(_ => AnyValue(random, depth: 0))];
            byte[] bytes = OurCodec.Write(values);
            PackageCodec.Write(values).AsSpan().SequenceEqual(bytes).ShouldBeTrue($"seed {seed}");
            ShouldAgree(bytes, $"seed {seed}");
        }
    }

    private static void ShouldAgree(byte[] bytes, string what)
    {
        object? ours = OurCodec.Read(bytes);
        object? package = PackageCodec.Read(bytes);
        OurCodec.Write(package).AsSpan().SequenceEqual(bytes).ShouldBeTrue($"read by the package, written by us: {what}");
        PackageCodec.Write(ours).AsSpan().SequenceEqual(bytes).ShouldBeTrue($"read by us, written by the package: {what}");
    }

    private static object? AnyValue(Random random, int depth) => random.Next(depth < 3 ? 9 : 8) switch
    {
        0 => null,
        1 => random.Next(2) == 1,
        2 => (ulong)AnyWhole(random),
        3 => -1 - AnyWhole(random),
        4 => BitConverter.Int32BitsToSingle(random.Next()),
        5 => BitConverter.Int64BitsToDouble(random.NextInt64()),
        6 => string.Concat(Enumerable.Repeat("aé𝄞", AnyLength(random) / 4)),
        7 => new byte[AnyLength(random)],
        _ => Enumerable.Range(0, random.Next(40)).Select(_ => AnyValue(random, depth + 1)).ToArray(),
    };

    // Each number of bits is as likely as any other, so the borders between encodings are met.
    private static long AnyWhole(Random random) => random.NextInt64() >> random.Next(63);

    private static int AnyLength(Random random) => (1 << random.Next(17)) + random.Next(-1, 2);
}
