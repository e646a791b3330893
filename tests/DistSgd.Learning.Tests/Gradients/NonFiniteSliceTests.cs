using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class NonFiniteSliceTests
{
    private const int Shards = 8;
    private const int BadShard = 5;

    public static TheoryData<Activation, LossKind> Kinds => ModelCase.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_nan_in_one_example_makes_its_slice_non_finite_and_leaves_the_others_alone(Activation activation, LossKind loss)
    {
        TrainingData clean = SmallRuns.Blobs(examples: 160, Shards);
        TrainingData poisoned = SmallRuns.Blobs(examples: 160, Shards);
        MlpArchitecture architecture = SmallRuns.Model(clean, activation, loss, 9, 5);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        StepRange step = clean.PlanBatches(80).RangeOf(0);
        int example = clean.CreateSampler().Slice(step, BadShard)[3];
        poisoned.Dataset.Train.Floats![(example * poisoned.Dataset.Train.Width) + 2] = float.NaN;

        // The bad slice is part of the range 4 to 7, stacked with all others.
        PartialGradient[] good = Compute(clean, architecture, parameters, step, [0, 1, 2, 3, 4, 6, 7]);
        PartialGradient[] bad = Compute(poisoned, architecture, parameters, step, [.. Enumerable.Range(0, Shards)]);
        SliceStatistics[] slices = bad[0].Slices.ToArray();
        slices.Where(slice => !slice.IsFinite).Select(slice => slice.Shard).ShouldBe([BadShard]);
        slices.Where(slice => slice.IsFinite).ShouldBe(good.SelectMany(partial => partial.Slices.ToArray()));

        // What is left of the sum is that of the good slices, to the bit.
        AlignedVector expected = SmallRuns.Sum(good, Shards);
        ((ReadOnlySpan<float>)bad[0].Sum!.Span).ShouldHaveTheBitsOf(expected.Span, "sum of the finite slices");
    }

    [Fact]
    public void A_range_of_non_finite_slices_has_no_sum_but_statistics()
    {
        TrainingData data = SmallRuns.Blobs(examples: 160, Shards);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 9);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        parameters.Span[0] = float.NaN;
        PartialGradient partial = Compute(data, architecture, parameters, data.PlanBatches(80).RangeOf(0), [2, 3])[0];
        partial.Sum.ShouldBeNull();
        partial.Slices.ToArray().Select(slice => (slice.Shard, slice.IsFinite)).ShouldBe([(2, false), (3, false)]);
    }

    [Fact]
    public void The_step_after_a_non_finite_one_is_as_if_nothing_had_been()
    {
        TrainingData data = SmallRuns.Blobs(examples: 160, Shards);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Sigmoid, LossKind.CrossEntropy, 9);
        AlignedVector healthy = SmallRuns.Initial(architecture);
        AlignedVector sick = SmallRuns.Initial(architecture);
        sick.Span.Fill(float.NaN);
        StepRange step = data.PlanBatches(80).RangeOf(0);
        var worker = new SliceGradients(architecture, data);
        worker.Assign([0, 1]);
        worker.Compute(sick, step);
        worker.Partials[0].Sum.ShouldBeNull();
        worker.Compute(healthy, step);
        ((ReadOnlySpan<float>)worker.Partials[0].Sum!.Span)
            .ShouldHaveTheBitsOf(Compute(data, architecture, healthy, step, [0, 1])[0].Sum!.Span, "sum");
    }

    private static PartialGradient[] Compute(
        TrainingData data, MlpArchitecture architecture, AlignedVector parameters, StepRange step, int[] shards)
    {
        var gradients = new SliceGradients(architecture, data);
        gradients.Assign(shards);
        gradients.Compute(parameters, step);
        return gradients.Partials.ToArray();
    }
}
