using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Tests.Gradients;

public sealed class SliceGradientsTests
{
    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_slice_has_the_same_bits_whatever_is_stacked_beside_it(Activation activation) =>
        CheckAllStackings(activation, examples: 200, batch: 90, shards: 8);

    [Fact]
    public void A_slice_that_is_cut_at_the_borders_of_blocks_has_the_same_bits() =>
        CheckAllStackings(Activation.Relu, examples: 2400, batch: 2400, shards: 4); // slices of 600 rows, blocks of 256

    [Fact]
    public void A_slice_over_several_blocks_has_the_bits_of_one_pass_over_all_its_rows()
    {
        TrainingData data = SmallRuns.Blobs(examples: 1400, shards: 2);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Gelu, LossKind.CrossEntropy, 9);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        StepRange step = data.PlanBatches(1400).RangeOf(0);
        for (int shard = 0; shard < 2; shard++)
        {
            SliceGradients gradients = Compute(data, architecture, parameters, step, shard);
            int[] examples = gradients.ExamplesOf(step, shard).ToArray();
            examples.Length.ShouldBeGreaterThan(2 * SliceGradients.MaxBlockRows);
            ((ReadOnlySpan<float>)gradients.Partials[0].Sum!.Span)
                .ShouldHaveTheBitsOf(OnePass(data, architecture, parameters, examples).Span, $"shard {shard}");
        }
    }

    [Theory]
    [InlineData(200, 70, 8)]
    [InlineData(40, 5, 8)] // some shards take no part
    [InlineData(2000, 2000, 8)] // nodes wait from block to block
    [InlineData(1500, 1500, 2)] // slices go on from block to block
    [InlineData(3000, 3000, 64)]
    public void The_sum_of_a_range_is_the_tree_of_its_slices(int examples, int batch, int shards)
    {
        TrainingData data = SmallRuns.Blobs(examples, shards);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Tanh, LossKind.CrossEntropy, 9);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        StepRange step = data.PlanBatches(batch).RangeOf(1 % (examples / batch));
        PartialGradient[] slices = [.. Range(0, shards, 1)
            .Select(shard => Compute(data, architecture, parameters, step, shard).Partials[0]).Where(slice => slice.Sum is not null)];
        AlignedVector expected = SmallRuns.Sum(slices, shards);
        SliceGradients all = Compute(data, architecture, parameters, step, [.. Range(0, shards, 1)]);
        all.Partials.Length.ShouldBe(1);
        all.Partials[0].Slices.ToArray().ShouldBe(slices.Select(slice => slice.Slices[0]));
        ((ReadOnlySpan<float>)all.Partials[0].Sum!.Span).ShouldHaveTheBitsOf(expected.Span, "sum");
    }

    [Theory]
    [InlineData(1e-18f)]
    [InlineData(1e25f)]
    public void Norms_are_right_where_single_precision_cannot_square(float scale)
    {
        // With all parameters zero the gradient is that of the last bias, as large as the targets are.
        TrainingData data = SmallRuns.Prepare(
            SyntheticData.Teacher(seed: 1, classes: 0, features: 5, examples: 64, testExamples: 0, noise: 0), shards: 4);
        foreach (ref float target in data.Dataset.Train.Targets!.AsSpan())
        {
            target *= scale;
        }

        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.Mse, 9);
        var parameters = new AlignedVector(architecture.CreateLayout().Length);
        StepRange step = data.PlanBatches(32).RangeOf(0);
        SliceGradients gradients = Compute(data, architecture, parameters, step, 0, 2);
        foreach (PartialGradient partial in gradients.Partials)
        {
            partial.Slices[0].IsFinite.ShouldBeTrue();
            double exact = Reductions.SumOfSquares(partial.Sum!.Span);
            partial.Slices[0].SquaredNorm.ShouldBe(exact, 1e-6 * exact);
        }
    }

    [Fact]
    public void The_mean_over_all_slices_is_the_gradient_of_the_mean_loss_in_double_precision()
    {
        TrainingData data = SmallRuns.Blobs(examples: 50, shards: 4);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Gelu, LossKind.CrossEntropy, 6);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        StepRange step = data.PlanBatches(30).RangeOf(0);
        SliceGradients gradients = Compute(data, architecture, parameters, step, 0, 1, 2, 3);
        int[] examples = [.. Enumerable.Range(0, 4).SelectMany(shard => gradients.ExamplesOf(step, shard).ToArray())];
        examples.Length.ShouldBe(30);

        var oracle = new DoubleMlp(architecture);
        ParameterLayout layout = architecture.CreateLayout();
        double[] theta = Array.ConvertAll(CanonicalOrder.Export(layout, parameters.Span), p => (double)p);
        double[] expected = DoubleMlp.Gradient(
            theta, p => examples.Average(e => oracle.Loss(p, data.Dataset.Train.FloatRow(e), data.Targets, e)));
        float[] mean = Array.ConvertAll(CanonicalOrder.Export(layout, gradients.Partials[0].Sum!.Span), g => g / 30);
        mean.ShouldBeCloseTo(expected, 1e-5, "mean gradient");
    }

    [Fact]
    public void Statistics_tell_losses_right_classes_and_norm_of_every_slice()
    {
        TrainingData data = SmallRuns.Blobs(examples: 300, shards: 5, noise: 0.6);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 6);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        StepRange step = data.PlanBatches(99).RangeOf(0);
        SliceGradients gradients = Compute(data, architecture, parameters, step, 0, 2, 4); // single ranges, so every slice has its sum
        var oracle = new DoubleMlp(architecture);
        double[] theta = Array.ConvertAll(CanonicalOrder.Export(architecture.CreateLayout(), parameters.Span), p => (double)p);
        foreach (PartialGradient partial in gradients.Partials)
        {
            SliceStatistics slice = partial.Slices[0];
            int[] examples = gradients.ExamplesOf(step, slice.Shard).ToArray();
            slice.Shard.ShouldBe(partial.Range.First);
            slice.Examples.ShouldBe(examples.Length);
            slice.LossSum.ShouldBe(
                examples.Sum(e => oracle.Loss(theta, data.Dataset.Train.FloatRow(e), data.Targets, e)), 1e-4);
            slice.Correct.ShouldBe(
                examples.Count(e => oracle.IsCorrect(theta, data.Dataset.Train.FloatRow(e), data.Dataset.Train.Labels[e])));
            double exact = Reductions.SumOfSquares(partial.Sum!.Span);
            slice.SquaredNorm.ShouldBe(exact, 1e-6 * exact);
            slice.MeanNorm.ShouldBe(Math.Sqrt(slice.SquaredNorm) / examples.Length);
            slice.IsFinite.ShouldBeTrue();
        }
    }

    [Fact]
    public void Shards_without_examples_take_no_part()
    {
        TrainingData data = SmallRuns.Blobs(examples: 64, shards: 8);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 6);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        StepRange step = data.PlanBatches(3).RangeOf(1); // positions 3, 4 and 5
        SliceGradients gradients = Compute(data, architecture, parameters, step, 0, 1, 2, 3, 6, 7);
        gradients.Partials.Length.ShouldBe(2);
        gradients.Partials[0].Slices.ToArray().Select(slice => (slice.Shard, slice.Examples)).ShouldBe([(3, 1)]);
        gradients.Partials[0].Sum.ShouldNotBeNull();
        gradients.Partials[1].SliceCount.ShouldBe(0);
        gradients.Partials[1].Sum.ShouldBeNull();
    }

    [Fact]
    public void Taking_over_other_shards_gives_what_a_new_worker_gives()
    {
        TrainingData data = SmallRuns.Blobs(examples: 200, shards: 8);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 6);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        var worker = new SliceGradients(architecture, data);
        foreach ((int[] shards, long step) in new[] { (new[] { 0, 1 }, 0L), ([0, 1, 2, 3, 4, 5], 9), ([5], 3), ([1, 2], 20) })
        {
            StepRange range = data.PlanBatches(40).RangeOf(step);
            worker.Assign(shards);
            worker.Compute(parameters, range);
            SliceGradients fresh = Compute(data, architecture, parameters, range, shards);
            worker.Partials.Length.ShouldBe(fresh.Partials.Length);
            for (int i = 0; i < fresh.Partials.Length; i++)
            {
                ((ReadOnlySpan<float>)worker.Partials[i].Sum!.Span).ShouldHaveTheBitsOf(fresh.Partials[i].Sum!.Span, $"step {step}");
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_a_set_of_shards_has_been_computed()
    {
        TrainingData data = SmallRuns.Blobs(examples: 700, shards: 4);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Gelu, LossKind.CrossEntropy, 20, 10);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        var gradients = new SliceGradients(architecture, data);
        BatchPlan batches = data.PlanBatches(300);
        int[] shards = [0, 1, 3];
        Run(0, 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(2, 8); // into the third epoch
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Run(int from, int to)
        {
            for (int step = from; step < to; step++)
            {
                gradients.Assign(shards);
                gradients.Compute(parameters, batches.RangeOf(step));
            }
        }
    }

    private static void CheckAllStackings(Activation activation, int examples, int batch, int shards)
    {
        TrainingData data = SmallRuns.Blobs(examples, shards);
        MlpArchitecture architecture = SmallRuns.Model(data, activation, LossKind.CrossEntropy, 18, 9);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        StepRange step = data.PlanBatches(batch).RangeOf(0);

        // Shards two apart are ranges of their own, so every slice can be seen.
        foreach (int[] stack in new[] { [.. Range(0, shards, 2)], [.. Range(1, shards, 2)], new[] { 0, shards - 1 } })
        {
            SliceGradients stacked = Compute(data, architecture, parameters, step, stack);
            foreach (PartialGradient partial in stacked.Partials)
            {
                partial.Range.Count.ShouldBe(1);
                PartialGradient alone = Compute(data, architecture, parameters, step, partial.Range.First).Partials[0];
                ((ReadOnlySpan<float>)partial.Sum!.Span).ShouldHaveTheBitsOf(alone.Sum!.Span, $"shard {partial.Range.First}");
                partial.Slices[0].ShouldBe(alone.Slices[0]);
            }
        }
    }

    private static IEnumerable<int> Range(int first, int end, int step)
    {
        for (int i = first; i < end; i += step)
        {
            yield return i;
        }
    }

    private static SliceGradients Compute(
        TrainingData data, MlpArchitecture architecture, AlignedVector parameters, StepRange step, params int[] shards)
    {
        var gradients = new SliceGradients(architecture, data);
        gradients.Assign(shards);
        gradients.Compute(parameters, step);
        return gradients;
    }

    private static unsafe AlignedVector OnePass(TrainingData data, MlpArchitecture architecture, AlignedVector parameters, int[] examples)
    {
        var pass = new MlpPass(architecture, examples.Length);
        Gather.Rows(data.Dataset.Train, data.Scaler, examples, pass.Inputs, pass.InputStride);
        pass.Forward(parameters, examples.Length);
        pass.EvaluateLosses(data.Targets, examples, new double[examples.Length], new byte[examples.Length]);
        pass.BackwardErrors(parameters, examples.Length);
        var gradient = new AlignedVector(parameters.Length);
        var all = new GradientRun { Rows = examples.Length, Target = new TilePlace(gradient.Pointer, isScratch: false) };
        pass.WeightGradient(&all, 1);
        return gradient;
    }
}
