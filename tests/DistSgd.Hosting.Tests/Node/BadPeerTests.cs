using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>Peers that do not belong to a run, or cannot say that they do: they learn why, the log tells of them, the run goes on.</summary>
public sealed class BadPeerTests
{
    private static readonly byte[] OtherToken = [.. ThreadedNodes.Token.Reverse()];

    [Fact]
    public void A_node_without_the_token_is_refused() => Refused(
        live => (Refused?)Dial(live).Introduce("mallory", OtherToken),
        "mallory",
        "it does not know the token of the run");

    [Fact]
    public void A_node_of_another_run_is_refused() => Refused(
        live => Dial(live).Introduce("mallory", ThreadedNodes.Token, "run-6") as Refused ?? Farewell(live, new Hello("mallory", NodeRole.Worker, "run-6")),
        "mallory",
        "it belongs to the run run-6; this server leads small-run");

    [Fact]
    public void A_node_with_other_data_is_refused() => Refused(
        live =>
        {
            RawPeer peer = Dial(live);
            peer.Introduce("mallory", ThreadedNodes.Token).ShouldBeOfType<Welcome>();
            peer.Send(new WorkerJoined(new ActorId("mallory"), "abc"));
            return peer.ReadToEnd();
        },
        "mallory",
        $"its data set is another one: found SHA-256 abc, expected {HostRuns.Task(HostRuns.Config()).Data.Dataset.Sha256}");

    [Fact]
    public void A_node_that_joins_under_another_name_than_its_own_is_refused() => Refused(
        live =>
        {
            RawPeer peer = Dial(live);
            var welcome = peer.Introduce("mallory", ThreadedNodes.Token).ShouldBeOfType<Welcome>();
            peer.Send(new WorkerJoined(new ActorId("worker-0"), welcome.DataSha256));
            return peer.ReadToEnd();
        },
        "mallory",
        "it joined as worker-0; expected its own name, mallory");

    [Fact]
    public void A_second_node_of_a_name_is_refused_but_may_try_again()
    {
        Refused refused = Refused(
            live => Dial(live).Introduce("worker-0", ThreadedNodes.Token) as Refused,
            "worker-0",
            "another worker of this name is connected; give each its own --name");
        refused.IsFinal.ShouldBeFalse();
    }

    [Fact]
    public void A_peer_of_another_version_is_refused() => Refused(
        live => Farewell(live, Changed(new Hello("mallory", NodeRole.Worker, ""), frame => frame[4] = 7)),
        null,
        "Frame header: found version 7 of the protocol; expected 2");

    [Fact]
    public void Another_protocol_is_refused() => Refused(
        live => Farewell(live, Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: curl/8\r\n\r\n")),
        null,
        "Frame header: found the magic number 0x20544547; expected 0x44475344");

    [Fact]
    public void A_frame_larger_than_allowed_is_refused_before_it_comes() => Refused(
        live => Farewell(
            live,
            Changed(new Hello("mallory", NodeRole.Worker, ""), frame => BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), uint.MaxValue))),
        null,
        "Hello: found a head of 4294967295 bytes; expected at most 65536");

    [Fact]
    public void A_frame_that_was_damaged_on_its_way_is_refused() => Refused(
        live => Farewell(live, Changed(new Hello("mallory", NodeRole.Worker, ""), frame => frame[^1] ^= 1)),
        null,
        "head of Hello: found the checksum ");

    [Fact]
    public void A_message_of_the_training_before_the_welcome_is_refused() => Refused(
        live => Farewell(live, new WorkerJoined(new ActorId("mallory"), "abc")),
        null,
        "Found WorkerJoined before the peers knew each other; expected none before Welcome");

    [Fact]
    public void A_peer_that_says_nothing_is_hung_up_on_in_time_also_if_it_keeps_the_line_busy()
    {
        var clock = new ManualClock();
        using var live = new LiveRun(NodePlaces.Tcp(), clock: clock);
        using RawPeer silent = Dial(live), busy = Dial(live);
        busy.Send(new Hello("busy", NodeRole.Worker, ""));
        busy.Await<Challenge>();
        clock.Advance(ConnectionLimits.Handshake - TimeSpan.FromMilliseconds(1));
        busy.Send(new Ping(1)); // instead of an answer
        IsHungUpOn(silent).ShouldBeFalse();
        IsHungUpOn(busy).ShouldBeFalse();
        AdvanceUntil(clock, () => IsHungUpOn(silent) && IsHungUpOn(busy));
        Membership refused = live.Await(MembershipChanges.Refused);
        refused.Worker.ShouldStartWith("127.0.0.1:");
        refused.Reason.ShouldBe("it did not say who it is; expected a proof within 5 s");
        live.ShouldEndUnharmed();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Peers_that_only_look_whether_somebody_listens_are_no_news(bool unix)
    {
        using var live = new LiveRun(unix ? NodePlaces.Unix() : NodePlaces.Tcp());
        for (int i = 0; i < 50; i++)
        {
            using Socket socket = NodePlaces.Connect(live.Address);
            if (i % 2 == 0)
            {
                socket.LingerState = new LingerOption(true, 0); // hangs up without a good-bye
            }

            if (i % 5 == 0)
            {
                socket.Send(Frame(new Hello("mallory", NodeRole.Worker, "")).AsSpan(0, i / 2)); // a truncated frame
            }
        }

        live.ShouldEndUnharmed();
        live.Events.OfType<Membership>().ShouldHaveSingleItem().Worker.ShouldBe("worker-0");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_hundred_strangers_at_once_keep_nobody_out_for_long(bool unix)
    {
        var clock = new ManualClock();
        using var live = new LiveRun(unix ? NodePlaces.Unix() : NodePlaces.Tcp(), clock: clock);
        var strangers = Enumerable.Range(0, 100).Select(_ => Dial(live)).ToList();
        Limited.Until(() => strangers.Count(IsHungUpOn) >= 100 - ConnectionLimits.StrangersMax, "some are one too many");
        live.Nodes.Join("late"); // is turned away as well, and dials again
        AdvanceUntil(clock, () => strangers.All(IsHungUpOn));
        live.Await(MembershipChanges.Joined, "late");
        live.ShouldEndUnharmed();
        strangers.ForEach(stranger => stranger.Dispose());
    }

    [Fact]
    public void A_peer_that_proves_itself_after_the_end_is_not_let_in()
    {
        using var live = new LiveRun(NodePlaces.Unix());
        using RawPeer late = Dial(live);
        late.Send(new Hello("late", NodeRole.Worker, ""));
        var challenge = late.Await<Challenge>();
        live.ShouldEndUnharmed();
        byte[] nonce = new byte[WireLimits.NonceBytes];
        late.Send(new ChallengeAnswer(nonce, Authentication.Prove(ThreadedNodes.Token, ProvingSide.Node, challenge.Nonce, nonce, "late")));
        Limited.Run(late.ReadToEnd).ShouldBe(new Refused("the run is over", IsFinal: false));
        live.Nodes.Connected.ShouldBe(0);
    }

    /// <summary>Has a peer do something, which the server refuses, whereupon peer and log know whom and why.</summary>
    private static Refused Refused(Func<LiveRun, Refused?> beBad, string? name, string reason)
    {
        using var live = new LiveRun(NodePlaces.Tcp());
        Refused refused = Limited.Run(() => beBad(live), "the peer").ShouldNotBeNull();
        refused.Reason.ShouldStartWith(reason);
        Membership logged = live.Await(MembershipChanges.Refused);
        logged.Worker.ShouldStartWith(name ?? "127.0.0.1:");
        logged.Reason.ShouldBe(refused.Reason);
        logged.Shards.ShouldBeEmpty();
        live.ShouldEndUnharmed();
        live.Events.OfType<Membership>().Select(e => e.Change).ShouldBe([MembershipChanges.Joined, MembershipChanges.Refused]);
        return refused;
    }

    private static RawPeer Dial(LiveRun live) => new(live.Address);

    private static Refused? Farewell(LiveRun live, object message) => Farewell(live, Frame(message));

    private static Refused? Farewell(LiveRun live, byte[] bytes)
    {
        using RawPeer peer = Dial(live);
        peer.Send(bytes);
        return peer.ReadToEnd();
    }

    private static byte[] Frame(object message)
    {
        EncodedFrame frame = new FrameEncoder(default).Encode(message, 0, new HeadBuffer());
        return [.. frame.Start.Span, .. frame.Payload.Span];
    }

    private static byte[] Changed(object message, Action<byte[]> change)
    {
        byte[] frame = Frame(message);
        change(frame);
        return frame;
    }

    // Time does not pass while a thread that was to begin with it has not been started.
    private static void AdvanceUntil(ManualClock clock, Func<bool> condition) => Limited.Until(
        () =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(500));
            return condition();
        },
        "they have had their time");

    private static bool IsHungUpOn(RawPeer peer)
    {
        byte[] heartbeats = new byte[4096];
        try
        {
            while (peer.Socket.Poll(0, SelectMode.SelectRead))
            {
                if (peer.Socket.Receive(heartbeats) == 0)
                {
                    return true;
                }
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
