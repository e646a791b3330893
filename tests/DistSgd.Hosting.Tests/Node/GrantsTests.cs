using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

public sealed class GrantsTests
{
    private static readonly AlignedVector Vector = new(16);

    private readonly Grants _grants = new(shards: 8);

    [Fact]
    public void Nothing_is_granted_before_anything_was_asked_for() =>
        Refusal(term: 1, step: 0, 0, 1).ShouldBe("GradientComputed: found a gradient of term 1, step 0; expected one of term 0, step -1.");

    [Fact]
    public void A_step_grants_the_shards_that_were_dealt_and_parts_of_them()
    {
        Begin(step: 5, 2, 3, 4);
        Inspect(5, 2, 2);
        Inspect(5, 4, 1);
        Inspect(5, 3, 1);
        Refusal(1, 5, 4, 2).ShouldBe("GradientComputed: found a gradient of shards 4 to 5 in step 5; expected shards that it was given: 2, 3, 4.");
        Refusal(1, 5, 0, 1).ShouldBe("GradientComputed: found a gradient of shard 0 in step 5; expected shards that it was given: 2, 3, 4.");
    }

    [Fact]
    public void A_deal_counts_from_the_next_step_on()
    {
        Begin(step: 5, 0, 1);
        _grants.Note(new AssignShards(1, [6, 7]));
        Inspect(5, 0, 2);
        Refusal(1, 5, 6, 2).ShouldContain("expected shards that it was given: 0, 1");
        Start(6);
        Inspect(6, 6, 2);
        Refusal(1, 6, 0, 2).ShouldContain("expected shards that it was given: 6, 7");
    }

    [Fact]
    public void Slices_to_be_recomputed_are_granted_beside_those_of_the_step_or_alone()
    {
        _grants.Note(new RecomputeSlices(1, 5, [7], Vector));
        Inspect(5, 7, 1);
        Refusal(1, 5, 0, 1).ShouldContain("given: 7");
        Begin(step: 6, 0, 1);
        _grants.Note(new RecomputeSlices(1, 6, [3, 4], Vector));
        Inspect(6, 0, 2);
        Inspect(6, 3, 1);
        Refusal(1, 6, 7, 1).ShouldContain("given: 0, 1, 3, 4");
    }

    [Fact]
    public void A_standby_is_granted_nothing()
    {
        Begin(step: 5);
        Refusal(1, 5, 0, 1).ShouldContain("given: none");
    }

    [Fact]
    public void A_gradient_of_the_past_may_come_late_but_not_after_a_later_one_and_none_comes_from_the_future()
    {
        Begin(step: 5, 0, 1);
        Start(6);
        Inspect(5, 0, 2);
        Inspect(6, 0, 2);
        Refusal(1, 5, 0, 2).ShouldBe("GradientComputed: found a gradient of term 1, step 5; expected one of term 1, step 6.");
        Refusal(1, 7, 0, 2).ShouldBe("GradientComputed: found a gradient of term 1, step 7; expected one of term 1, step 6.");
        Refusal(2, 6, 0, 2).ShouldBe("GradientComputed: found a gradient of term 2, step 6; expected one of term 1, step 6.");
    }

    [Fact]
    public void Other_frames_are_looked_at_elsewhere() => _grants.Inspect(new VectorPlace(FrameType.BlocksEvaluated));

    [Fact]
    public void Blocks_are_taken_that_were_asked_for_each_once_and_in_order()
    {
        Ask(first: 0, count: 3);
        Ask(first: 7, count: 2);
        Take(7, 1);
        Take(0, 3);
        Take(8, 1);
        BlockRefusal(8, 1).ShouldBe(
            "BlocksEvaluated: found blocks 8 to 8 of the Validation part at step 10; expected what it was asked for: nothing.");
    }

    [Fact]
    public void Blocks_that_nobody_asked_for_are_refused()
    {
        Ask(first: 4, count: 2);
        BlockRefusal(4, 3).ShouldBe("BlocksEvaluated: found blocks 4 to 6 of the Validation part at step 10; "
            + "expected what it was asked for: blocks 4 to 5 of the Validation part at step 10.");
        BlockRefusal(5, 1).ShouldContain("found blocks 5 to 5");
        BlockRefusal(3, 1).ShouldContain("found blocks 3 to 3");
        BlockRefusal(4, 2, step: 11).ShouldContain("at step 11");
        BlockRefusal(4, 2, part: DataPart.Test).ShouldContain("of the Test part");
        BlockRefusal(4, 2, term: 2).ShouldContain("found blocks 4 to 5");
        Take(4, 2);
    }

    private void Begin(long step, params int[] shards)
    {
        _grants.Note(new AssignShards(1, shards));
        Start(step);
    }

    private void Start(long step) => _grants.Note(new StepStarted { Term = 1, Step = step, Parameters = Vector });

    private void Ask(int first, int count) => _grants.Note(new EvaluateBlocks(1, 10, DataPart.Validation, first, count, Vector));

    private void Take(int first, int count) => _grants.Take(Report(1, 10, DataPart.Validation, first, count));

    private void Inspect(long step, int first, int count) => _grants.Inspect(Place(1, step, first, count));

    private string Refusal(int term, long step, int first, int count)
    {
        WireException refused = Should.Throw<WireException>(() => _grants.Inspect(Place(term, step, first, count)));
        refused.Problem.ShouldBe(WireProblem.OutOfPlace);
        return refused.Message;
    }

    private string BlockRefusal(int first, int count, int term = 1, long step = 10, DataPart part = DataPart.Validation)
    {
        WireException refused = Should.Throw<WireException>(() => _grants.Take(Report(term, step, part, first, count)));
        refused.Problem.ShouldBe(WireProblem.OutOfPlace);
        return refused.Message;
    }

    private static VectorPlace Place(int term, long step, int first, int count) =>
        new(FrameType.GradientComputed, PayloadKind.Float32, 16, term, step, new ShardRange(first, count));

    private static BlocksEvaluated Report(int term, long step, DataPart part, int first, int count) =>
        new(term, step, part, first, new BlockResult[count]);
}
