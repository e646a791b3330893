using System.Net.Sockets;
using DistSgd.Hosting.Node;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

public sealed class FrameSenderTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly ManualClock _clock = new();
    private readonly List<string> _closed = [];
    private FrameSender? _sender;
    private SocketPair? _pair;

    public void Dispose()
    {
        _sender?.Close();
        try
        {
            _pair?.Near.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test has closed it.
        }

        Limited.Run(() => _sender?.Dispose(), "the sender's thread");
        _pair?.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Frames_larger_than_all_buffers_reach_a_slow_reader_whole_and_in_order_while_nobody_waits(bool unix)
    {
        var pair = new SocketPair(unix, bufferBytes: 64 * 1024);
        FrameSender sender = Sender(pair);
        EncodedFrame[] frames =
        [
            Frame(FrameType.StepStarted, 100, 20_000_000, 1), Frame(FrameType.Ping, 40, 0, 2), Frame(FrameType.GradientComputed, 60, 3_000_000, 3),
            Frame(FrameType.EvaluateBlocks, 5_000, 17, 4), Frame(FrameType.RecomputeSlices, 64_000, 400_000, 5),
        ];
        foreach (EncodedFrame frame in frames)
        {
            sender.Send(frame, Long); // returns although nothing is read
        }

        foreach (EncodedFrame frame in frames)
        {
            pair.Read(frame.Start.Length).AsSpan().SequenceEqual(frame.Start.Span).ShouldBeTrue();
            for (int read = 0; read < frame.Payload.Length;)
            {
                int some = Math.Min(1_234_567, frame.Payload.Length - read);
                pair.Read(some).AsSpan().SequenceEqual(frame.Payload.Span.Slice(read, some)).ShouldBeTrue();
                read += some;
            }
        }
    }

    [Fact]
    public void Memory_that_is_used_again_for_the_next_frame_may_be_overwritten_as_soon_as_a_frame_waits()
    {
        var pair = new SocketPair(bufferBytes: 64 * 1024);
        FrameSender sender = Sender(pair);
        sender.Send(Frame(FrameType.StepStarted, 32, 10_000_000, 1), Long);
        EncodedFrame gradient = Frame(FrameType.GradientComputed, 32, 1_000, 2);
        byte[] start = gradient.Start.ToArray(), payload = gradient.Payload.ToArray();
        sender.Send(gradient, Long);
        Overwrite(gradient.Start);
        Overwrite(gradient.Payload);
        pair.Read(32 + 10_000_000);
        pair.Read(32).ShouldBe(start);
        pair.Read(1_000).ShouldBe(payload);
    }

    [Fact]
    public void After_it_is_closed_no_memory_of_a_frame_is_read_any_more()
    {
        var pair = new SocketPair(bufferBytes: 64 * 1024);
        FrameSender sender = Sender(pair);
        EncodedFrame frame = Frame(FrameType.StepStarted, 32, 10_000_000, 7);
        sender.Send(frame, Long);
        sender.Close();
        Overwrite(frame.Payload);
        sender.Send(Frame(FrameType.Ping, 40, 0, 8), Long);
        pair.Near.Shutdown(SocketShutdown.Both);
        Limited.Run(sender.Dispose, "the sender's thread");
        byte[] rest = new byte[32 + 10_000_000];
        int read = 0;
        for (int some; read < rest.Length && (some = pair.Far.Receive(rest.AsSpan(read))) > 0; read += some)
        {
        }

        read.ShouldBeLessThan(rest.Length);
        rest.AsSpan(32, read - 32).SequenceEqual(Bytes(10_000_000, 7).AsSpan(0, read - 32)).ShouldBeTrue();
    }

    [Fact]
    public void A_reader_that_reads_nothing_is_given_up_once_its_frame_takes_too_long_and_not_before()
    {
        var pair = new SocketPair(bufferBytes: 64 * 1024);
        FrameSender sender = Sender(pair);
        sender.Send(Frame(FrameType.StepStarted, 32, 10_000_000, 1), TimeSpan.FromMilliseconds(200));
        _clock.Advance(TimeSpan.FromMilliseconds(199));
        Thread.Sleep(50); // the other thread has looked at the clock by now, or will find the frame in time later
        Closings().ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromMilliseconds(1_801));
        Limited.Until(() => Closings().Length > 0, "the reader is given up");
        Closings().ShouldHaveSingleItem().ShouldMatch("^reads too slowly: [1-9][0-9]* bytes of a frame are unread after 2.0 s$");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_goes_while_frames_wait_is_not_called_slow(bool unix)
    {
        var pair = new SocketPair(unix, bufferBytes: 64 * 1024);
        FrameSender sender = Sender(pair);
        sender.Send(Frame(FrameType.StepStarted, 32, 10_000_000, 1), Long);
        pair.Far.Dispose();
        Limited.Run(sender.Dispose, "the sender's thread");
        Closings().ShouldBeEmpty("whoever receives from the socket says why");
    }

    [Fact]
    public void Limits_of_hours_are_waited_for()
    {
        var pair = new SocketPair(bufferBytes: 64 * 1024);
        FrameSender sender = Sender(pair);
        sender.Send(Frame(FrameType.StepStarted, 32, 1_000_000, 1), TimeSpan.FromHours(3));
        pair.Read(1_000_032).Length.ShouldBe(1_000_032);
    }

    [Fact]
    public void A_peer_for_which_gigabytes_wait_is_closed()
    {
        var pair = new SocketPair(bufferBytes: 64 * 1024);
        FrameSender sender = Sender(pair);
        EncodedFrame frame = Frame(FrameType.StepStarted, 32, 64 << 20, 1);
        for (long waiting = 0; waiting <= ConnectionLimits.WaitingBytesMax; waiting += frame.Payload.Length)
        {
            Closings().ShouldBeEmpty();
            sender.Send(frame, Long); // parameters are not copied, so this costs nothing
        }

        Limited.Until(() => Closings().Length > 0, "the peer is closed");
        Closings().ShouldHaveSingleItem().ShouldEndWith("bytes wait for a peer that does not read");
    }

    [Fact]
    public void How_long_nothing_was_sent_is_counted_from_the_last_bytes_that_the_system_took()
    {
        var pair = new SocketPair();
        FrameSender sender = Sender(pair);
        _clock.Advance(TimeSpan.FromSeconds(3));
        sender.Idle.ShouldBe(TimeSpan.FromSeconds(3));
        sender.Send(Frame(FrameType.Ping, 40, 0, 1), Long);
        sender.Idle.ShouldBe(TimeSpan.Zero);
    }

    // Like a connection: the socket is shut down before anybody waits for the thread that may be waiting for the socket.
    private FrameSender Sender(SocketPair pair)
    {
        pair.Near.Blocking = false;
        FrameSender? sender = null;
        sender = new FrameSender(pair.Near, _clock, reason =>
        {
            lock (_closed)
            {
                _closed.Add(reason);
            }

            sender!.Close();
        });
        _sender = sender;
        _pair = pair;
        return sender;
    }

    private string[] Closings()
    {
        lock (_closed)
        {
            return [.. _closed];
        }
    }

    private static EncodedFrame Frame(FrameType type, int startBytes, int payloadBytes, int seed) =>
        new(type, Bytes(startBytes, -seed), Bytes(payloadBytes, seed));

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void Overwrite(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(memory).Span.Fill(0xee);
}
