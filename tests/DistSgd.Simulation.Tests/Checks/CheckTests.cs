using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Simulation.Checks;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;

namespace DistSgd.Simulation.Tests.Checks;

/// <summary>Each check says so when its promise is broken, and is content with what is right.</summary>
public sealed class CheckTests
{
    private static readonly TrainingTask Task = HostRuns.Task(HostRuns.Config());
    private static readonly ReferenceRun Reference = new(Task);

    [Fact]
    public void Parameters_that_differ_in_one_bit_are_found()
    {
        var check = new ParametersCheck(Reference);
        AlignedVector right = After(3);
        check.Sending("server", "worker-0", new StepStarted { Term = 1, Step = 3, Parameters = right });
        right.Span[5] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(right.Span[5]) ^ 1);
        Broken(() => check.Sending("server", "worker-0", new StepStarted { Term = 1, Step = 3, Parameters = right }));
        Broken(() => check.Sending("server", "worker-0", new RecomputeSlices(1, HostRuns.Steps + 1, [0], After(3))));
    }

    [Fact]
    public void Steps_that_count_other_examples_or_come_twice_are_found()
    {
        var check = new SliceCheck(Reference, new ClusterConfig(), 4);
        check.ServerStarted(1, null);
        check.Logged(1, Window(1, Reference.ExamplesOf(0)));
        Broken(() => check.Logged(1, Window(2, Reference.ExamplesOf(1) - 1)));
        Broken(() => check.Logged(1, Window(1, Reference.ExamplesOf(0))));
    }

    [Fact]
    public void Steps_that_go_back_are_found()
    {
        var check = new VersionCheck();
        check.ServerStarted(1, null);
        check.Sending("server", "worker-0", Step(0));
        check.Sending("server", "worker-1", Step(0));
        check.Sending("server", "worker-0", Step(1));
        Broken(() => check.Sending("server", "worker-0", Step(1)));
        Broken(() => check.Sending("server", "worker-1", Step(0)));
        Broken(() => check.Sending("server", "worker-1", Step(3)));
    }

    [Fact]
    public void Answers_to_an_old_server_and_commands_of_another_term_are_found()
    {
        var check = new TermCheck();
        check.ServerStarted(1, null);
        check.ServerStarted(2, null);
        check.Sending("worker-0", "server", Gradient(1)); // it knows no better yet
        check.Sending("worker-0", "server", Gradient(2));
        Broken(() => check.Sending("worker-0", "server", Gradient(1)));
        Broken(() => check.Sending("worker-0", "server", Gradient(3)));
        Broken(() => check.Sending("server", "worker-0", new AssignShards(1, [0])));
        Broken(() => check.ServerStarted(2, null));
    }

    [Fact]
    public void Evaluations_of_other_numbers_are_found()
    {
        var check = new EvaluationCheck(Reference, 5, isSync: true);
        EvaluationResult right = Reference.Evaluate(DataPart.Validation, 5);
        check.Logged(1, Event(right.Loss));
        Broken(() => check.Logged(1, Event(Math.BitIncrement(right.Loss))));

        Evaluation Event(double loss) => new()
        {
            Time = default,
            Step = 5,
            Epoch = 1,
            Split = DataSplits.Validation,
            Loss = loss,
            Accuracy = right.Accuracy,
            Examples = right.Examples,
        };
    }

    [Fact]
    public void Shards_that_are_dealt_twice_or_to_nobody_are_found()
    {
        var check = new MembershipCheck(2);
        check.Logged(1, Member("worker-0", MembershipChanges.Joined, 0));
        Broken(() => check.Sending("server", "worker-0", Step(0)));
        Broken(() => check.Logged(1, Member("worker-0", MembershipChanges.Joined, 0, 1)));
        Broken(() => check.Logged(1, Member("worker-1", MembershipChanges.Reassigned, 1)));
        check.Logged(1, Member("worker-0", MembershipChanges.Reassigned, 0, 1));
        check.Sending("server", "worker-0", Step(0));
        check.Logged(1, Member("worker-1", MembershipChanges.Joined, 1));
        Broken(() => check.Sending("server", "worker-0", Step(1)));
        check.Logged(1, Member("worker-0", MembershipChanges.Reassigned, 0));
        check.Sending("server", "worker-0", Step(1));
    }

    [Fact]
    public void A_checkpoint_that_is_told_of_before_it_is_written_is_found() => Broken(() => new DurabilityCheck().Logged(
        1, new CheckpointWritten { Time = default, Step = 4, File = "step-4", ParametersSha256 = "", Bytes = 1 }));

    [Fact]
    public void A_shard_that_is_further_ahead_than_it_may_be_and_an_age_beyond_the_bound_are_found()
    {
        var config = new ClusterConfig { Mode = ConsistencyMode.Ssp, Staleness = 1 };
        var check = new StalenessCheck(config, 2);
        check.ServerStarted(1, null);
        Ask(0, 0);
        Ask(1, 0);
        Come(0, 0);
        Ask(0, 1);
        Come(0, 1);
        Broken(() => Ask(0, 2)); // shard 1 has not finished its first slice
        Broken(() => Ask(1, 2)); // nor can it leave one out
        check.Logged(1, Window(1, 16) with { Staleness = [1, 0, 0, 1] });
        Broken(() => check.Logged(1, Window(1, 16) with { Staleness = [1, 0, 0, 0, 1] }));
        Broken(() => check.Logged(1, Window(1, 16) with { Staleness = [3] }));

        void Ask(int shard, long step) => check.Sending("server", "worker-0", new RecomputeSlices(1, step, [shard], new AlignedVector(0)));

        void Come(int shard, long step)
        {
            GradientComputed gradient = Gradient(1);
            gradient.Step = step;
            gradient.Partials = [new PartialGradient(new ShardRange(shard, 1), new AlignedVector(0))];
            check.Received(gradient);
        }
    }

    private static void Broken(Action act) => Should.Throw<BrokenPromiseException>(act);

    private static AlignedVector After(long step)
    {
        var vector = new AlignedVector(Reference.ParametersAfter(step).Length);
        Reference.ParametersAfter(step).CopyTo(vector.Span);
        return vector;
    }

    private static StepStarted Step(long step) => new() { Term = 1, Step = step, Parameters = new AlignedVector(0) };

    private static GradientComputed Gradient(int term) => new() { Term = term, Worker = ActorId.Worker(0) };

    private static Membership Member(string worker, string change, params int[] shards) => new() { Time = default, Worker = worker, Change = change, Shards = shards };

    private static StepWindow Window(long step, long examples) => new()
    {
        Time = default,
        Step = step,
        Epoch = 1,
        FirstStep = step,
        Count = 1,
        Skipped = 0,
        Examples = examples,
        LossMean = 1,
        LossMin = 1,
        LossMax = 1,
        GradientNormMean = 1,
        GradientNormMin = 1,
        GradientNormMax = 1,
        LearningRate = 0.1,
        Momentum = 0,
        Clipped = 0,
        Staleness = [4],
        Seconds = 1,
        SamplesPerSecond = 1,
    };
}
