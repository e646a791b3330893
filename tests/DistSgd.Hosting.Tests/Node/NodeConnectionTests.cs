using System.Net.Sockets;
using System.Text;
using DistSgd.Hosting.Node;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

public sealed class NodeConnectionTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Vectors_larger_than_all_buffers_pass_in_both_directions_at_once(bool unix)
    {
        using var pair = new ConnectionPair(unix, vectorLength: 6_000_000);
        var step = new StepStarted { Term = 1, Step = 7, Parameters = pair.Vector(3) };
        ConnectionPair.Send(pair.Near, step);
        ConnectionPair.Send(pair.Far, step); // neither side reads yet, and neither waits
        foreach (NodeConnection end in (NodeConnection[])[pair.Near, pair.Far])
        {
            var received = Limited.Run(end.Receive).ShouldBeOfType<StepStarted>();
            (received.Term, received.Step).ShouldBe((1, 7));
            received.Parameters.Span.SequenceEqual(step.Parameters.Span).ShouldBeTrue();
        }
    }

    [Fact]
    public void Messages_of_all_threads_arrive_whole_and_those_of_one_thread_in_order()
    {
        using var pair = new ConnectionPair(vectorLength: 20_000);
        Thread[] senders = [.. Enumerable.Range(0, 4).Select(sender => new Thread(() =>
        {
            AlignedVector vector = pair.Vector(sender);
            for (int i = 0; i < 50; i++)
            {
                ConnectionPair.Send(pair.Near, new EvaluateBlocks(1, i, default, sender, 1, vector));
                pair.Near.Send(new Ping(sender));
            }
        }))];
        Array.ForEach(senders, sender => sender.Start());
        long[] next = new long[4];
        int pings = 0;
        Limited.Run(() =>
        {
            while (next.Sum() < 200 || pings < 200)
            {
                if (pair.Far.Receive() is EvaluateBlocks blocks)
                {
                    blocks.Step.ShouldBe(next[blocks.FirstBlock]++);
                    blocks.Parameters.Span.SequenceEqual(pair.Vector(blocks.FirstBlock).Span).ShouldBeTrue();
                }
                else
                {
                    pings++;
                }
            }
        });
        Array.ForEach(senders, sender => Limited.Join(sender, "a sender"));
    }

    [Fact]
    public void Heartbeats_keep_an_idle_connection_and_its_silence_ends_it()
    {
        using var pair = new ConnectionPair(silence: Silence, clock: _clock);
        int heard = 0;
        BackgroundWork receiver = Limited.Start(
            () => Should.Throw<ConnectionLostException>(() =>
            {
                while (true)
                {
                    pair.Far.Receive().ShouldBeOfType<Ping>();
                    Interlocked.Increment(ref heard);
                }
            }).Message.ShouldBe("not heard of for 0.6 s"),
            "the receiver");
        for (int beat = 1; beat <= 20; beat++) // more than three times as long as it may be silent
        {
            _clock.Advance(pair.Near.Limits.Heartbeat);
            Limited.Until(() => Volatile.Read(ref heard) == beat, "a heartbeat arrives");
        }

        pair.Near.EndSending();
        _clock.Advance(2 * Silence);
        receiver.Join();
    }

    [Fact]
    public void Whoever_sends_something_else_sends_no_heartbeats()
    {
        using var pair = new ConnectionPair(silence: Silence, clock: _clock);
        for (int i = 0; i < 12; i++)
        {
            pair.Near.Send(new Pong(i));
            _clock.Advance(pair.Near.Limits.Heartbeat / 3);
        }

        pair.Near.Send(new Leave("enough"));
        var received = new List<object>();
        while (received.LastOrDefault() is not Leave)
        {
            received.Add(Limited.Run(pair.Far.Receive));
        }

        received.OfType<Ping>().ShouldBeEmpty();
        received.OfType<Pong>().Select(pong => pong.Number).ShouldBe(Enumerable.Range(0, 12).Select(i => (long)i));
    }

    [Fact]
    public void A_peer_that_is_heard_of_but_takes_too_long_for_a_frame_is_lost()
    {
        using var sockets = new SocketPair();
        using var connection = new NodeConnection(sockets.Near, new ConnectionLimits(Silence), _clock);
        byte[] frame = Bytes(new Leave("far too long for a peer that sends a byte now and then"));
        sockets.Far.Send(frame.AsSpan(0, FrameHeader.SizeBytes));
        BackgroundWork receiver = Limited.Start(
            () => Should.Throw<ConnectionLostException>(connection.Receive).Message.ShouldMatch(@"^a frame was not complete after 0\.[46] s$"), "the receiver");
        for (int i = 0; i < 3; i++)
        {
            // Whether the receiver has begun to count before the first of them cannot be seen from here.
            Limited.Until(
                () => (sockets.Near.Available == 0 && connection.Silence == TimeSpan.Zero) || !receiver.IsRunning, "the bytes are read");
            _clock.Advance(TimeSpan.FromMilliseconds(200)); // none is silent long enough, two together are too long for a frame
            sockets.Far.Send(frame.AsSpan(FrameHeader.SizeBytes + i, 1));
        }

        receiver.Join();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_peer_that_goes_is_lost_at_once_also_in_the_middle_of_a_frame(bool unix)
    {
        foreach (int bytes in (int[])[0, 1, FrameHeader.SizeBytes - 1, FrameHeader.SizeBytes, FrameHeader.SizeBytes + 1])
        {
            using var sockets = new SocketPair(unix);
            using var connection = new NodeConnection(sockets.Near, new ConnectionLimits(TimeSpan.FromHours(1)), TimeProvider.System);
            sockets.Far.Send(Bytes(new Ping(1)).AsSpan(0, bytes));
            sockets.Far.Dispose();
            Should.Throw<ConnectionLostException>(() => Limited.Run(connection.Receive)).Message.ShouldBe("connection closed");
        }
    }

    [Fact]
    public void Closing_wakes_up_whoever_receives_with_the_reason()
    {
        using var pair = new ConnectionPair();
        BackgroundWork receiver = Limited.Start(
            () => Should.Throw<ConnectionLostException>(pair.Near.Receive).Message.ShouldBe("because"), "the receiver");
        pair.Near.Close("because");
        pair.Near.Close("too late");
        receiver.Join();
        pair.Near.ClosedBecause.ShouldBe("because");
    }

    [Fact]
    public void After_it_is_closed_nothing_is_received_any_more_although_bytes_are_there()
    {
        using var pair = new ConnectionPair();
        pair.Far.Send(new Ping(1));
        pair.Far.Send(new Ping(2));
        pair.Near.Receive().ShouldBe(new Ping(1));
        pair.Near.Close("reads too slowly");
        Should.Throw<ConnectionLostException>(pair.Near.Receive).Message.ShouldBe("reads too slowly");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_refused_peer_reads_why_although_it_has_sent_much_that_nobody_read(bool unix)
    {
        using var sockets = new SocketPair(unix);
        using var connection = new NodeConnection(sockets.Near, new ConnectionLimits(TimeSpan.FromMinutes(1)), TimeProvider.System);
        byte[] much = new byte[100_000];
        Should.Throw<SocketException>(() => Limited.Run(() =>
        {
            sockets.Far.Blocking = false;
            while (true)
            {
                sockets.Far.Send(much);
            }
        }));
        var meanwhile = new List<string>();
        Limited.Run(() => connection.Refuse("nobody asked", isFinal: true, () => meanwhile.Add(connection.ClosedBecause ?? "open")));
        meanwhile.ShouldBe(["open"]);
        connection.ClosedBecause.ShouldBe("nobody asked");
        sockets.Far.Blocking = true;
        using var far = new NodeConnection(sockets.Far, new ConnectionLimits(TimeSpan.FromMinutes(1)), TimeProvider.System);
        Limited.Run(far.Receive).ShouldBe(new Refused("nobody asked", IsFinal: true));
    }

    [Fact]
    public void A_limit_of_an_hour_is_no_trouble()
    {
        using var pair = new ConnectionPair(silence: TimeSpan.FromHours(1));
        BackgroundWork receiver = Limited.Start(() => pair.Near.Receive().ShouldBe(new Ping(3)), "the receiver");
        Thread.Sleep(50); // it waits by now, or the test tests nothing this time
        pair.Far.Send(new Ping(3));
        receiver.Join();
    }

    [Fact]
    public void Another_protocol_is_no_message()
    {
        using var sockets = new SocketPair();
        using var connection = new NodeConnection(sockets.Near, new ConnectionLimits(TimeSpan.FromMinutes(1)), TimeProvider.System);
        sockets.Far.Send(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost:7117\r\n\r\n"));
        Should.Throw<WireException>(connection.Receive).Problem.ShouldBe(WireProblem.WrongMagic);
    }

    [Fact]
    public void A_frame_that_may_not_come_is_refused_before_its_payload_is_received()
    {
        using var pair = new ConnectionPair(vectorLength: 6_000_000);
        pair.Near.Inspect = place => throw new WireException(WireProblem.OutOfPlace, $"{place.Type} of step {place.Step}");
        ConnectionPair.Send(pair.Far, new StepStarted { Term = 1, Step = 9, Parameters = new AlignedVector(6_000_000) });
        Should.Throw<WireException>(() => Limited.Run(pair.Near.Receive)).Message.ShouldBe("StepStarted of step 9");
    }

    private static byte[] Bytes(object message)
    {
        EncodedFrame frame = new FrameEncoder(GradientEncoding.Float32).Encode(message, 0, new HeadBuffer());
        return [.. frame.Start.Span, .. frame.Payload.Span];
    }
}
