using System.Net.Sockets;
using System.Security.Cryptography;
using DistSgd.Fuzz.Frames;
using DistSgd.Learning.Evaluation;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

namespace DistSgd.Fuzz.Sockets;

/// <summary>How a hostile connection ended.</summary>
internal enum Ending
{
    /// <summary>The server said why it hangs up.</summary>
    Refused,

    /// <summary>The server hung up without a word.</summary>
    HungUpOn,

    /// <summary>The peer went without waiting for the server.</summary>
    Went,
}

/// <summary>One hostile connection: what it does is drawn from its seed.</summary>
/// <remarks>
/// It never sends a well-formed gradient of slices that it was given: whoever knows the token and is given work can always do it wrongly.
/// </remarks>
internal sealed class HostilePeer
{
    private readonly LiveRun _live;
    private readonly Random _random;
    private readonly FrameMutator _mutator;
    private readonly string _name;
    private readonly RawPeer _peer;

    private HostilePeer(LiveRun live, int seed, string name)
    {
        _live = live;
        _random = new Random(seed);
        _mutator = new FrameMutator(_random);
        _name = name;
        _peer = new RawPeer(live.Address);
    }

    /// <summary>Dials, is hostile, and hangs up or waits for the server to do so.</summary>
    /// <param name="live">The run.</param>
    /// <param name="seed">The same seed does the same.</param>
    /// <param name="name">A name that nobody else has.</param>
    /// <returns>What it did and how it ended.</returns>
    /// <exception cref="FuzzException">The server did not hang up.</exception>
    public static (string Deed, Ending Ending) Run(LiveRun live, int seed, string name)
    {
        var hostile = new HostilePeer(live, seed, name);
        (string Name, Action Do)[] deeds = hostile.Deeds();
        (string deed, Action act) = deeds[hostile._random.Next(deeds.Length)];
        using (hostile._peer)
        {
            try
            {
                act();
                return (deed, hostile.End());
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
            {
                throw new FuzzException($"{name} ({deed}, seed {seed}) was not hung up on.", e);
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // It was hung up on in the middle of a word, or while it waited for an answer.
                return (deed, hostile.EndedByServer());
            }
        }
    }

    private (string Name, Action Do)[] Deeds() =>
    [
        ("noise", () => _peer.Send(_mutator.Noise(300))),
        ("mutated hello", () => _peer.Send(_mutator.Changed(Frame(Hello())))),
        ("mutated proof", () => AnswerChallenge(_mutator.Changed)),
        ("wrong token", () => AnswerChallenge(frame => frame, RandomNumberGenerator.GetBytes(32))),
        ("truncated hello", () =>
        {
            byte[] hello = Frame(Hello());
            _peer.Send(hello.AsSpan(0, _random.Next(hello.Length)));
        }),
        ("message before the handshake", () => _peer.Send(Frame(RandomMessage()))),
        ("other run", () => _peer.Introduce(_name, ThreadedNodes.Token, "other-run")),
        ("taken name", () => _peer.Introduce("worker-0", ThreadedNodes.Token)),
        ("mutated joining", () =>
        {
            _peer.Introduce(_name, ThreadedNodes.Token);
            _peer.Shape = _live.Shape; // some joinings are left as they were
            _peer.Send(_mutator.Changed(Frame(new WorkerJoined(new ActorId(_name), _live.Task.Data.Dataset.Sha256))));
        }),
        ("mutated frames of a stranger", () =>
        {
            _peer.Introduce(_name, ThreadedNodes.Token);
            _peer.Shape = _live.Shape;
            SendSome(() => _mutator.Changed(Frame(RandomMessage())));
        }),
        ("mutated frames of a worker", () =>
        {
            _peer.Join(_name, _live.Shape);
            SendSome(() => _mutator.Changed(Frame(RandomMessage())));
        }),
        ("messages out of place", () =>
        {
            _peer.Join(_name, _live.Shape);
            SendSome(() => Frame(RandomMessage()));
        }),
        ("slices that were not given", Claim),
        ("nothing at all", () => { }),
    ];

    private Ending End()
    {
        switch (_random.Next(8))
        {
            case 0:
                return Ending.Went;
            case 1:
                _peer.Socket.LingerState = new LingerOption(true, 0); // without a good-bye
                return Ending.Went;
            default:
                _peer.Socket.Shutdown(SocketShutdown.Send);
                _peer.ReadToEnd();
                return EndedByServer();
        }
    }

    private Ending EndedByServer() => _peer.Refusal is null ? Ending.HungUpOn : Ending.Refused;

    private void AnswerChallenge(Func<byte[], byte[]> change, byte[]? token = null)
    {
        _peer.Send(Hello());
        var challenge = _peer.Await<Challenge>();
        byte[] nonce = RandomNumberGenerator.GetBytes(WireLimits.NonceBytes);
        byte[] proof = Authentication.Prove(token ?? ThreadedNodes.Token, ProvingSide.Node, challenge.Nonce, nonce, _name);
        _peer.Send(change(Frame(new ChallengeAnswer(nonce, proof))));
    }

    /// <summary>Joins, waits for work, and claims to have done somebody else's.</summary>
    private void Claim()
    {
        _peer.Join(_name, _live.Shape);
        (int[] given, StepStarted? step) = _peer.Receive() switch
        {
            AssignShards { Shards.Length: > 0 } assignment => (assignment.Shards, _peer.Await<StepStarted>()),
            RecomputeSlices slices => (slices.Shards, new StepStarted { Term = slices.Term, Step = slices.Step, Parameters = slices.Parameters }),
            _ => ([], null),
        };
        bool isStandby = step is null;
        step ??= new StepStarted { Term = 1, Step = _live.Nodes.Step, Parameters = new HonestWork(_name, _live.Task).Vector() };
        var work = new HonestWork(_name, _live.Task);
        int other = Enumerable.Range(0, _live.Shape.Shards).Where(shard => !given.Contains(shard)).DefaultIfEmpty(-1).First();
        _peer.Send(_random.Next(5) switch
        {
            // The other shard may become this peer's while it speaks, as others go: so the numbers are the right ones.
            0 when other >= 0 && !isStandby => work.Gradient(step, [other]),
            1 => work.Claim(step, 0, 1, later: 1 + _random.Next(1000)),
            2 => work.Claim(step, 0, 1, term: 2),
            3 => new BlocksEvaluated(step.Term, step.Step, default, _random.Next(3), [new BlockResult(0, 1)]),
            _ => new HonestWork("worker-0", _live.Task).Claim(step, given.Length > 0 ? given[0] : 0, 1),
        });
    }

    private Hello Hello() => new(_name, _random.Next(4) == 0 ? NodeRole.Observer : NodeRole.Worker, "");

    // An end that a worker says of itself would be honest.
    private object RandomMessage()
    {
        object message = new SampleMessages(_random, _live.Shape).Next();
        return message is Leave ? new RunEnded(RunOutcomes.Completed) : message;
    }

    private void SendSome(Func<byte[]> frame)
    {
        for (int frames = _random.Next(1, 4); frames > 0; frames--)
        {
            _peer.Send(frame());
        }
    }

    private byte[] Frame(object message)
    {
        byte[][] frames = _peer.Frames(message);
        return frames[_random.Next(frames.Length)];
    }
}
