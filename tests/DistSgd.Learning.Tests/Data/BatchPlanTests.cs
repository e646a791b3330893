using DistSgd.Learning.Data;
using DistSgd.Learning.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Learning.Tests.Data;

public sealed class BatchPlanTests
{
    private const int Epochs = 9;

    // Any batch from 1 to the whole set, constant or growing slowly or fast, with and without a limit.
    private static readonly Arbitrary<(int Examples, int Batch, BatchGrowth? Growth)> Cases =
        (from examples in Gen.Choose(1, 200)
         from batch in Gen.Choose(1, examples)
         from factor in Gen.Elements(1.001, 1.1, 1.5, 2, 3.3, 5, 1000)
         from every in Gen.Choose(1, 3)
         from max in Gen.Choose(batch, 2 * examples)
         from kind in Gen.Choose(0, 2)
         select (examples, batch, kind == 0 ? null : new BatchGrowth(factor, every, kind == 1 ? max : null))).ToArbitrary();

    [Fact]
    public void An_epoch_takes_every_example_exactly_once()
    {
        Prop.ForAll(Cases, c =>
        {
            TrainingData data = SmallRuns.Blobs(c.Examples, shards: Math.Min(c.Examples, 5));
            BatchPlan plan = data.PlanBatches(c.Batch, c.Growth);
            EpochSampler sampler = data.CreateSampler();
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                var taken = new List<int>();
                for (long step = plan.FirstStepOf(epoch); step < plan.FirstStepOf(epoch + 1); step++)
                {
                    StepRange range = plan.RangeOf(step);
                    range.Epoch.ShouldBe(epoch);
                    taken.AddRange(Enumerable.Range(0, data.Shards).SelectMany(shard => sampler.Slice(range, shard).ToArray()));
                }

                taken.Order().ShouldBe(Enumerable.Range(0, c.Examples));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void Positions_of_the_steps_follow_each_other_and_only_the_last_step_of_an_epoch_is_smaller()
    {
        Prop.ForAll(Cases, c =>
        {
            var plan = new BatchPlan(c.Examples, c.Batch, c.Growth);
            (int epoch, int position) = (0, 0);
            for (long step = 0; step < plan.FirstStepOf(Epochs); step++)
            {
                int batch = plan.BatchOf(epoch);
                plan.RangeOf(step).ShouldBe(new StepRange(epoch, position, Math.Min(batch, c.Examples - position)));
                plan.EpochOf(step).ShouldBe(epoch);
                position += batch;
                plan.IsLastOfEpoch(step).ShouldBe(position >= c.Examples);
                (epoch, position) = position < c.Examples ? (epoch, position) : (epoch + 1, 0);
            }

            epoch.ShouldBe(Epochs);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Epochs_begin_where_those_before_them_end()
    {
        Prop.ForAll(Cases, c =>
        {
            var plan = new BatchPlan(c.Examples, c.Batch, c.Growth);
            long steps = 0;
            for (int epoch = 0; epoch < Epochs; epoch++)
            {
                plan.FirstStepOf(epoch).ShouldBe(steps);
                plan.EpochOf(steps).ShouldBe(epoch);
                plan.EpochsAfter(steps).ShouldBe(epoch);
                plan.ScheduleStepOf(steps).ShouldBe((long)epoch * plan.FirstStepsPerEpoch);
                plan.StepsOf(epoch).ShouldBe((c.Examples + plan.BatchOf(epoch) - 1) / plan.BatchOf(epoch));
                steps += plan.StepsOf(epoch);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_constant_batch_cuts_by_the_plain_formulas()
    {
        Prop.ForAll(Cases, Gen.Choose(0, 100_000).ToArbitrary(), (c, step) =>
        {
            var plan = new BatchPlan(c.Examples, c.Batch);
            int steps = ((c.Examples - 1) / c.Batch) + 1;
            int first = step % steps * c.Batch;
            plan.RangeOf(step).ShouldBe(new StepRange(step / steps, first, Math.Min(c.Batch, c.Examples - first)));
            plan.Grows.ShouldBeFalse();
            (plan.FirstBatch, plan.FirstStepsPerEpoch, plan.StepsOf(step)).ShouldBe((c.Batch, steps, steps));
            plan.ScheduleStepOf(step).ShouldBe(step);
            plan.EpochsAfter(step).ShouldBe((double)step / steps);
            plan.IsLastOfEpoch(step).ShouldBe((step + 1) % steps == 0);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_time_of_schedules_grows_with_every_step()
    {
        Prop.ForAll(Cases, c =>
        {
            var plan = new BatchPlan(c.Examples, c.Batch, c.Growth);
            for (long step = 0; step < plan.FirstStepOf(Epochs); step++)
            {
                StepRange range = plan.RangeOf(step);
                plan.ScheduleStepOf(step).ShouldBe(((long)range.Epoch * plan.FirstStepsPerEpoch) + (range.FirstPosition / c.Batch));
                plan.ScheduleStepOf(step + 1).ShouldBeGreaterThan(plan.ScheduleStepOf(step));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(10_000, 128, 2, 1, null, "128 256 512 1024 2048 4096 8192 10000 10000")]
    [InlineData(10_000, 128, 2, 1, 1000, "128 256 512 1000 1000 1000 1000 1000 1000")]
    [InlineData(10_000, 128, 5, 3, 4096, "128 128 128 640 640 640 3200 3200 3200")]
    [InlineData(10_000, 100, 1.15, 1, null, "100 115 132 152 174 201 231 266 305")] // 132.25, 152.09, 174.9, 201.1, 231.3, 266.002, 305.9
    [InlineData(10_000, 1, 1.5, 1, null, "1 1 2 3 5 7 11 17 25")]
    [InlineData(100, 30, 2, 1, 5000, "30 60 100 100 100 100 100 100 100")]
    [InlineData(100, 100, 2, 1, null, "100 100 100 100 100 100 100 100 100")]
    public void The_batch_of_an_epoch_is_a_power_of_the_factor_rounded_down(int examples, int batch, double factor, int every, int? max, string expected)
    {
        var plan = new BatchPlan(examples, batch, new BatchGrowth(factor, every, max));
        string.Join(' ', Enumerable.Range(0, Epochs).Select(plan.BatchOf)).ShouldBe(expected);
    }

    [Fact]
    public void A_batch_beyond_the_set_takes_all_of_it_in_every_step()
    {
        var plan = new BatchPlan(10, 1000);
        plan.FirstStepsPerEpoch.ShouldBe(1);
        plan.RangeOf(4).ShouldBe(new StepRange(4, 0, 10));
    }

    [Fact]
    public void Runs_without_an_end_can_be_planned()
    {
        new BatchPlan(10, 3).ScheduleStepOf(long.MaxValue).ShouldBe(long.MaxValue);
        new BatchPlan(10, 3, new BatchGrowth(2, 1)).ScheduleStepOf(long.MaxValue).ShouldBe(long.MaxValue);
        new BatchPlan(int.MaxValue, 1, new BatchGrowth(BatchGrowth.FactorMin, int.MaxValue)).EpochOf(long.MaxValue).ShouldBeGreaterThan(int.MaxValue);
        new BatchPlan(int.MaxValue, 1, new BatchGrowth(BatchGrowth.FactorMin, 1)).BatchOf(int.MaxValue).ShouldBe(int.MaxValue);
    }

    [Theory]
    [InlineData(0, 1, 2, 1, null)]
    [InlineData(10, 0, 2, 1, null)]
    [InlineData(10, 4, 1, 1, null)]
    [InlineData(10, 4, 1001, 1, null)]
    [InlineData(10, 4, double.NaN, 1, null)]
    [InlineData(10, 4, 2, 0, null)]
    [InlineData(10, 4, 2, 1, 3)]
    public void Numbers_outside_their_range_are_refused(int examples, int batch, double factor, int every, int? max) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new BatchPlan(examples, batch, new BatchGrowth(factor, every, max)));

    [Fact]
    public void Looking_a_step_up_allocates_nothing()
    {
        var plan = new BatchPlan(1000, 3, new BatchGrowth(1.1, 1));
        long Sum()
        {
            long sum = 0;
            for (long step = 0; step < 1000; step++)
            {
                sum += plan.RangeOf(step).Count + plan.ScheduleStepOf(step);
            }

            return sum;
        }

        long first = Sum();
        long before = GC.GetAllocatedBytesForCurrentThread();
        long again = Sum();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        again.ShouldBe(first);
    }
}
