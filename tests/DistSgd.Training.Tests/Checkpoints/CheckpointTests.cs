using DistSgd.Learning;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Training.Tests.Checkpoints;

public class CheckpointTests
{
    private static readonly ParameterLayout Layout = new(3, 2);

    [Fact]
    public void Slots_are_restored_by_name_whatever_their_order()
    {
        AlignedVector first = new(Layout.Length);
        AlignedVector second = new(Layout.Length);

        WithSlots(("first_moment", Filled(1)), ("second_moment", Filled(2)))
            .RestoreSlots([("second_moment", second), ("first_moment", first)]);

        first.Span.ToArray().ShouldAllBe(value => value == 1);
        second.Span.ToArray().ShouldAllBe(value => value == 2);
    }

    [Fact]
    public void Slots_of_another_optimizer_are_refused_and_nothing_is_copied()
    {
        AlignedVector momentum = new(Layout.Length);

        InputException missing = Should.Throw<InputException>(() => WithSlots().RestoreSlots([("momentum", momentum)]));
        InputException extra = Should.Throw<InputException>(
            () => WithSlots(("momentum", Filled(1)), ("square_average", Filled(2))).RestoreSlots([("momentum", momentum)]));

        missing.Message.ShouldBe(
            "The checkpoint of step 7 holds the optimizer slots (none); the optimizer of the config has momentum.");
        extra.Message.ShouldBe(
            "The checkpoint of step 7 holds the optimizer slots momentum, square_average; the optimizer of the config has momentum.");
        momentum.Span.ToArray().ShouldAllBe(value => value == 0);
    }

    private static AlignedVector Filled(float value)
    {
        var vector = new AlignedVector(Layout.Length);
        vector.Span.Fill(value);
        return vector;
    }

    private static Checkpoint WithSlots(params (string Name, AlignedVector Values)[] slots) => new()
    {
        Layout = Layout,
        Parameters = Filled(0),
        InputScale = [1, 1, 1],
        InputShift = [0, 0, 0],
        ModelJson = "{}",
        Slots = slots,
        State = new TrainingState
        {
            Step = 7,
            UpdateCount = 7,
            ConsecutiveSkippedSteps = 0,
            Term = 1,
            ConfigDigest = "c",
            DataSha256 = "d",
        },
    };
}
