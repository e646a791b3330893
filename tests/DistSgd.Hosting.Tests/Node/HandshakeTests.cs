using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

namespace DistSgd.Hosting.Tests.Node;

public sealed class HandshakeTests : IDisposable
{
    private static readonly NodeServerSettings Settings = HostedNodeActors.Settings(HostRuns.Config()) with
    {
        RunId = "run-7",
        Limits = new ConnectionLimits(TimeSpan.FromSeconds(6)),
    };

    private readonly ConnectionPair _pair = new();

    public void Dispose() => _pair.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("run-7")]
    public void Whoever_knows_the_token_is_told_what_it_needs_and_how_long_silence_may_last(string runId)
    {
        Hello? met = null;
        BackgroundWork server = Limited.Start(
            () =>
            {
                (met, Welcome told) = Handshake.Answer(_pair.Far, Settings);
                _pair.Far.Limits.ShouldNotBe(Settings.Limits);
                Handshake.Admit(_pair.Far, Settings, told);
            },
            "the server");
        Welcome welcome = Limited.Run(() => Handshake.Introduce(_pair.Near, "worker-ä", runId, Settings.Token));
        server.Join();
        met.ShouldBe(new Hello("worker-ä", NodeRole.Worker, runId));
        (welcome.RunId, welcome.ConfigYaml, welcome.ConfigDigest, welcome.DataSha256, welcome.Term, welcome.HeartbeatMs)
            .ShouldBe(("run-7", Settings.ConfigYaml, Settings.ConfigDigest, Settings.DataSha256, Settings.Term, 1000));
        _pair.Near.Limits.ShouldBe(Settings.Limits);
        _pair.Far.Limits.ShouldBe(Settings.Limits);
    }

    [Fact]
    public void A_node_of_another_run_is_refused_by_name() =>
        Refusal(() => Handshake.Introduce(_pair.Near, "w", "run-6", Settings.Token))
            .ShouldBe(("w", "it belongs to the run run-6; this server leads run-7"));

    [Fact]
    public void A_node_that_does_not_know_the_token_is_refused_by_name() =>
        Refusal(() => Handshake.Introduce(_pair.Near, "w", "", [.. Settings.Token.Reverse()]))
            .ShouldBe(("w", "it does not know the token of the run"));

    [Fact]
    public void Another_role_than_a_workers_is_refused() =>
        Refusal(() => _pair.Near.Send(new Hello("o", NodeRole.Observer, ""))).ShouldBe(("o", "found the role Observer; expected a worker"));

    [Fact]
    public void A_proof_that_was_heard_before_is_worth_nothing()
    {
        byte[] nonce = new byte[WireLimits.NonceBytes];
        byte[] oldChallenge = new byte[WireLimits.NonceBytes];
        byte[] heard = Authentication.Prove(Settings.Token, ProvingSide.Node, oldChallenge, nonce, "w");
        Refusal(() =>
        {
            _pair.Near.Send(new Hello("w", NodeRole.Worker, ""));
            _pair.Near.Receive().ShouldBeOfType<Challenge>().Nonce.ShouldNotBe(oldChallenge);
            _pair.Near.Send(new ChallengeAnswer(nonce, heard));
        }).Reason.ShouldBe("it does not know the token of the run");
    }

    [Fact]
    public void A_server_that_does_not_know_the_token_is_found_out()
    {
        BackgroundWork impostor = Limited.Start(
            () =>
            {
                _pair.Far.Receive().ShouldBeOfType<Hello>();
                _pair.Far.Send(new Challenge(new byte[WireLimits.NonceBytes]));
                byte[] reflected = _pair.Far.Receive().ShouldBeOfType<ChallengeAnswer>().Proof;
                _pair.Far.Send(Settings.Welcome(reflected));
            },
            "the impostor");
        Should.Throw<InputException>(() => Limited.Run(() => Handshake.Introduce(_pair.Near, "w", "", Settings.Token)))
            .Message.ShouldStartWith("it does not know the token either");
        impostor.Join();
    }

    [Fact]
    public void A_node_is_told_why_it_is_refused_and_whether_it_may_dial_again()
    {
        _pair.Far.Send(new Refused("try later", IsFinal: false));
        RefusedException refused = Should.Throw<RefusedException>(
            () => Limited.Run(() => Handshake.Introduce(_pair.Near, "w", "", Settings.Token)));
        (refused.Message, refused.IsFinal).ShouldBe(("try later", false));
    }

    [Fact]
    public void Heartbeats_may_come_between_any_words()
    {
        BackgroundWork server = Limited.Start(
            () => Handshake.Admit(_pair.Far, Settings, Handshake.Answer(_pair.Far, Settings).Welcome), "the server");
        _pair.Near.Send(new Ping(1));
        _pair.Far.Send(new Ping(2));
        _pair.Far.Send(new Pong(3));
        Limited.Run(() => Handshake.Introduce(_pair.Near, "w", "", Settings.Token)).RunId.ShouldBe("run-7");
        server.Join();
    }

    public static TheoryData<object, string> OutOfPlace() => new()
    {
        { new Leave("bye"), "Found Leave; expected Hello." },
        { new ChallengeAnswer(new byte[32], new byte[32]), "Found ChallengeAnswer; expected Hello." },
        { new RunEnded("completed"), "Found RunEnded; expected Hello." },
        { new Challenge(new byte[32]), "Found Challenge; expected Hello." },
    };

    [Theory]
    [MemberData(nameof(OutOfPlace))]
    public void Another_word_than_the_expected_one_is_no_handshake(object word, string complaint)
    {
        _pair.Near.Send(word);
        Should.Throw<WireException>(() => Limited.Run(() => Handshake.Answer(_pair.Far, Settings))).Message.ShouldBe(complaint);
    }

    [Fact]
    public void No_message_of_the_training_is_received_before_the_welcome()
    {
        _pair.Far.Decoder.Shape = null;
        ConnectionPair.Send(_pair.Near, new StepStarted { Term = 1, Step = 1, Parameters = _pair.Vector(1) });
        Should.Throw<WireException>(() => Limited.Run(() => Handshake.Answer(_pair.Far, Settings)))
            .Message.ShouldBe("Found StepStarted before the peers knew each other; expected none before Welcome.");
    }

    /// <summary>What the server has against a node that does something.</summary>
    private (string Node, string Reason) Refusal(Action node)
    {
        BackgroundWork other = Limited.Start(
            () =>
            {
                try
                {
                    node();
                }
                catch (ConnectionLostException)
                {
                    // It is refused by somebody who hangs up.
                }
            },
            "the node");
        RefusedException refused = Should.Throw<RefusedException>(() => Limited.Run(() => Handshake.Answer(_pair.Far, Settings)));
        refused.IsFinal.ShouldBeTrue();
        _pair.Far.Close("refused");
        other.Join();
        return (refused.Node, refused.Message);
    }
}
