using System.Buffers.Binary;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Wire;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>
/// Workers that take part and then do what they must not: they are told why they have to go, the log names them, what they owed is computed
/// by others, and no bit changes. Of the four shards the bad one gets 0 and 1.
/// </summary>
public sealed class BadWorkerTests
{
    private const string Name = "mallory";

    public static TheoryData<string, string> Misdeeds() => new()
    {
        { "other shard", "GradientComputed: found a gradient of shard 2 in step STEP; expected shards that it was given: 0, 1" },
        { "too many shards", "GradientComputed: found a gradient of shards 0 to 3 in step STEP; expected shards that it was given: 0, 1" },
        { "other examples", "GradientComputed: found 5 examples of shard 1 in step STEP; expected " },
        { "missing slice", "GradientComputed: found 0 examples of shard 1 in step STEP; expected " },
        { "future step", "GradientComputed: found a gradient of term 1, step NEXT; expected one of term 1, step STEP" },
        { "other term", "GradientComputed: found a gradient of term 2, step STEP; expected one of term 1, step STEP" },
        { "other name", "GradientComputed.worker: found worker-0; expected mallory" },
        { "blocks", "BlocksEvaluated: found blocks 0 to 0 of the Validation part at step STEP; expected what it was asked for: nothing" },
        { "step of its own", "Found StepStarted; expected the messages of a worker" },
        { "end", "Found RunEnded; expected the messages of a worker" },
        { "hello again", "Found Hello; expected the messages of a worker" },
        { "oversize", "GradientComputed: found a payload of 2147483647 bytes; expected at most 1073741824" },
        { "other model", "GradientComputed: found a payload of 8512 bytes, declared as 8512; expected 816 numbers, 3264 bytes" },
        { "unknown type", "Frame header: found the message type 999, which version 2 does not have" },
        { "version", "Frame header: found version 7 of the protocol; expected 2" },
        { "garbage", "Frame header: found the magic number 0x" },
        { "damaged head", "head of GradientComputed: found the checksum 0x" },
        { "damaged payload", "payload of GradientComputed: found the checksum 0x" },
    };

    [Theory]
    [MemberData(nameof(Misdeeds))]
    public void What_a_worker_must_not_send_costs_it_its_place(string misdeed, string reason)
    {
        using var live = new LiveRun(NodePlaces.Unix());
        using var bad = new RawPeer(live.Address);
        bad.Join(Name, live.Shape);
        bad.Await<AssignShards>().Shards.ShouldBe([0, 1]);
        var step = bad.Await<StepStarted>();
        foreach (byte[] frame in Frames(misdeed, bad, new HonestWork(Name, live.Task), step))
        {
            bad.Send(frame);
        }

        string expected = reason.Replace("STEP", $"{step.Step}", StringComparison.Ordinal).Replace("NEXT", $"{step.Step + 1}", StringComparison.Ordinal);
        Refused refused = Limited.Run(bad.ReadToEnd).ShouldNotBeNull();
        refused.Reason.ShouldStartWith(expected);
        refused.IsFinal.ShouldBeTrue();
        Membership lost = live.Await(MembershipChanges.Lost, Name);
        lost.Reason.ShouldBe(refused.Reason);
        lost.Shards.ShouldBe([0, 1]);
        live.ShouldEndUnharmed();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(40)]
    [InlineData(300)]
    public void A_worker_that_goes_in_the_middle_of_a_frame_is_lost(int bytes)
    {
        using var live = new LiveRun(NodePlaces.Tcp());
        using (var bad = new RawPeer(live.Address))
        {
            bad.Join(Name, live.Shape);
            var step = bad.Await<StepStarted>();
            bad.Send(bad.Frames(new HonestWork(Name, live.Task).Gradient(step, [0, 1]))[0].AsSpan(0, bytes));
        }

        live.Await(MembershipChanges.Lost, Name).Reason.ShouldBe("connection closed");
        live.ShouldEndUnharmed();
    }

    [Fact]
    public void Sums_that_come_twice_and_gradients_of_the_past_change_no_bit()
    {
        using var live = new LiveRun(NodePlaces.Unix());
        using var odd = new RawPeer(live.Address);
        odd.Join(Name, live.Shape);
        odd.Send(new WorkerJoined(new ActorId(Name), live.Task.Data.Dataset.Sha256));
        var work = new HonestWork(Name, live.Task);
        for (int i = 0; i < 20; i++)
        {
            var step = odd.Await<StepStarted>();
            if (i > 0)
            {
                odd.Send(work.Claim(step, 0, 2, later: -1)); // of the step that is over
            }

            GradientComputed gradient = work.Gradient(step, [0, 1]);
            odd.Send(gradient);
            odd.Send(gradient);
            odd.Send(work.Gradient(step, [0])); // another sum of a shard that is there already
        }

        odd.Send(new Leave("enough"));
        live.Await(MembershipChanges.Left, Name).Reason.ShouldBe("enough");
        live.ShouldEndUnharmed();
    }

    [Theory]
    [InlineData(NonFinitePolicy.SkipSlice)]
    [InlineData(NonFinitePolicy.SkipStep)]
    public void Gradients_that_are_not_finite_are_left_out_and_their_worker_is_named(NonFinitePolicy policy)
    {
        RunConfig config = HostRuns.Config(workers: 2, steps: 60);
        config = config with { Monitor = config.Monitor with { OnNonFinite = policy } };
        int poisoned = HostRuns.Task(config).Data.Split.Shards[3][5];
        (RunResult plain, List<TrainingEvent> plainEvents) = HostRuns.RunPlainly(config, PoisonedTask(config, poisoned));

        var events = new List<TrainingEvent>();
        using var nodes = new ThreadedNodes(HostRuns.Setup(config, events.Add), NodePlaces.Unix(), firstWorkers: 1);
        NodeWorkerSettings settings = WorkerThread.Settings("worker-1", nodes.Address, ThreadedNodes.Token);
        var sick = new WorkerThread(settings with { CreateTask = loaded => PoisonedTask(loaded.Config, poisoned) });
        RunResult result = Limited.Run(nodes.Run);
        sick.Join();

        result.FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(plain.FinalCheckpoint.ShouldNotBeNull().ParametersSha256);
        TrainingAction[] actions = [.. events.OfType<TrainingAction>()];
        actions.ShouldNotBeEmpty();
        actions.ShouldAllBe(action => action.Worker == "worker-1" && action.Shard == 3 && action.Examples!.Contains(poisoned));
        actions.Select(action => action.Step).ShouldBe(plainEvents.OfType<TrainingAction>().Select(action => action.Step));
        events.OfType<Alert>().ShouldContain(alert => alert.Worker == "worker-1");
    }

    private static GradientComputed Falsify(GradientComputed honest, int examplesOfShard1)
    {
        var partial = new PartialGradient(new ShardRange(0, 2), honest.Partials[0].Buffer);
        partial.Add(honest.Partials[0].Slices[0], isSummed: true);
        if (examplesOfShard1 > 0)
        {
            partial.Add(honest.Partials[0].Slices[1] with { Examples = examplesOfShard1, Correct = 0 }, isSummed: true);
        }

        return new GradientComputed { Worker = honest.Worker, Term = honest.Term, Step = honest.Step, Partials = [partial] };
    }

    private static byte[][] Frames(string misdeed, RawPeer peer, HonestWork work, StepStarted step)
    {
        switch (misdeed)
        {
            case "other shard": return peer.Frames(work.Claim(step, 2, 1));
            case "too many shards": return peer.Frames(work.Claim(step, 0, 4));
            case "other examples": return peer.Frames(Falsify(work.Gradient(step, [0, 1]), examplesOfShard1: 5));
            case "missing slice": return peer.Frames(Falsify(work.Gradient(step, [0, 1]), examplesOfShard1: 0));
            case "future step": return peer.Frames(work.Claim(step, 0, 2, later: 1));
            case "other term": return peer.Frames(work.Claim(step, 0, 2, term: 2));
            case "other name":
                GradientComputed own = work.Gradient(step, [0, 1]);
                return peer.Frames(new GradientComputed { Worker = ActorId.Worker(0), Term = own.Term, Step = own.Step, Partials = own.Partials });
            case "blocks":
                return peer.Frames(new BlocksEvaluated(step.Term, step.Step, DataPart.Validation, 0, [new BlockResult(0, 1)]));
            case "step of its own": return peer.Frames(step);
            case "end": return peer.Frames(new RunEnded("completed"));
            case "hello again": return peer.Frames(new Hello(Name, NodeRole.Worker, ""));
            case "other model":
                TrainingTask larger = HostRuns.Task(HostRuns.Config() with { Model = new ModelConfig { Hidden = LayerWidths.Create([64]) } });
                return peer.Frames(new HonestWork(Name, larger).Claim(step, 0, 2));
            case "garbage": return [[.. Enumerable.Range(1, 64).Select(i => (byte)(i * 37))]];
        }

        byte[] frame = peer.Frames(work.Gradient(step, [0, 1]))[0];
        switch (misdeed)
        {
            case "oversize": BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(12), int.MaxValue); break;
            case "unknown type": BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(6), 999); break;
            case "version": BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(4), 7); break;
            case "damaged head": frame[40] ^= 0x10; break;
            case "damaged payload": frame[^1] ^= 1; break;
            default: throw new ArgumentOutOfRangeException(nameof(misdeed), misdeed, "Unknown misdeed.");
        }

        return [frame];
    }

    // Poisoned after the scaling was fitted and the digest taken, as by bad memory.
    private static TrainingTask PoisonedTask(RunConfig config, int example)
    {
        TrainingTask task = HostRuns.Task(config);
        Examples train = task.Data.Dataset.Train;
        train.Floats![example * train.Width] = float.NaN;
        return task;
    }
}
