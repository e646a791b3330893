using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Benchmarks.Layers;

/// <summary>What the frame of a gradient costs its sender and its receiver, beside a plain copy of the bytes through a Unix socket.</summary>
internal static class WireBenchmark
{
    private static readonly (string Widths, int Length)[] Models = [("784-128-10", 102_400), ("784-512-256-10", 540_672)];

    /// <summary>Prints the table.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Console.WriteLine(
            "One gradient as a frame, microseconds (median of {0}); % is the checksum's share of the socket's time, and the socket's of the node's",
            rounds);
        Console.WriteLine(
            $"{"model",-18}{"encoding",-10}{"bytes",10}{"socket",9}{"checksum",10}{"%",7}{"encode",9}{"decode",9}{"node",9}{"%",7}");
        foreach ((string widths, int length) in Models)
        {
            foreach (GradientEncoding encoding in Enum.GetValues<GradientEncoding>())
            {
                var frame = new GradientFrame(length, encoding);
                using var socket = new SocketCopy(frame.PayloadBytes);
                using var node = new ConnectionCopy(frame.Message, frame.Shape);
                IContender[] contenders =
                [
                    socket, new Loop("checksum", frame.Sum), new Loop("encode", frame.Encode), new Loop("decode", frame.Decode),
                    node,
                ];
                double[] seconds = Contest.Run(contenders, rounds);
                Console.WriteLine(
                    $"{widths,-18}{encoding,-10}{frame.PayloadBytes,10}{seconds[0] * 1e6,9:F0}{seconds[1] * 1e6,10:F1}"
                    + $"{100 * seconds[1] / seconds[0],7:F1}{seconds[2] * 1e6,9:F1}{seconds[3] * 1e6,9:F1}"
                    + $"{seconds[4] * 1e6,9:F0}{100 * seconds[0] / seconds[4],7:F1}");
            }
        }

        Console.WriteLine();
    }

    /// <summary>The gradient of one shard, encoded and decoded again and again.</summary>
    private sealed class GradientFrame
    {
        private readonly FrameEncoder _encoder;
        private readonly FrameDecoder _decoder;
        private readonly FrameChecksum _checksum = new();
        private readonly HeadBuffer _buffer = new();
        private readonly byte[][] _starts = new byte[2][];
        private readonly byte[] _payload;
        private int _next;

        public GradientFrame(int length, GradientEncoding encoding)
        {
            var partial = new PartialGradient(new ShardRange(0, 1), new AlignedVector(length));
            var random = new Random(1);
            foreach (ref float element in partial.Buffer.Span)
            {
                element = (float)random.NextDouble();
            }

            partial.Add(new SliceStatistics { Shard = 0, Examples = 32, LossSum = 1, Correct = 1, SquaredNorm = 1 }, isSummed: true);
            Message = new GradientComputed { Worker = ActorId.Worker(0), Term = 1, Partials = [partial] };
            _encoder = new FrameEncoder(encoding);
            Shape = new RunShape(length, 1, encoding);
            _decoder = new FrameDecoder { Shape = Shape };

            // Two steps in turn: a repeated one would get a vector of its own.
            for (int i = 0; i < _starts.Length; i++)
            {
                Message.Step = i;
                _starts[i] = _encoder.Encode(Message, 0, _buffer).Start.ToArray();
            }

            _payload = _encoder.Encode(Message, 0, _buffer).Payload.ToArray();
        }

        public GradientComputed Message { get; }

        public RunShape Shape { get; }

        public int PayloadBytes => _payload.Length;

        public void Sum()
        {
            _checksum.Reset();
            _checksum.Append(_payload);
            _ = _checksum.Value;
        }

        public void Encode() => _encoder.Encode(Message, 0, _buffer);

        public void Decode()
        {
            byte[] start = _starts[_next ^= 1];
            _decoder.Open(FrameHeader.Read(start), start.AsSpan(FrameHeader.SizeBytes));
            _payload.CopyTo(_decoder.Free);
            _decoder.Advance(_payload.Length);
            _decoder.Complete();
        }
    }
}
