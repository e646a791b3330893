using DistSgd.Learning.Optimization;
using DistSgd.Learning.Tests.Optimization.Support;

namespace DistSgd.Learning.Tests.Optimization;

public class OptimizerStateTests
{
    private const int Count = 50;

    [Theory]
    [MemberData(nameof(OptimizerCases.All), MemberType = typeof(OptimizerCases))]
    public void Copied_slots_continue_a_run_bit_for_bit(string name)
    {
        TransformDriver whole = Fresh(name);
        Run(whole, 0, 10);

        TransformDriver before = Fresh(name);
        Run(before, 0, 5);
        TransformDriver after = Fresh(name);
        after.Vector.CopyFrom(before.Vector);
        foreach ((OptimizerSlot source, OptimizerSlot target) in before.Transform.Slots.Zip(after.Transform.Slots))
        {
            target.Name.ShouldBe(source.Name);
            target.Values.CopyFrom(source.Values);
        }

        after.StepsDone = 5;
        Run(after, 5, 10);
        after.Vector.Span.ToArray().ShouldBe(whole.Vector.Span.ToArray());
        after.Padding.ShouldAllBe(element => element == 0);
    }

    [Theory]
    [MemberData(nameof(OptimizerCases.All), MemberType = typeof(OptimizerCases))]
    public void Updates_allocate_nothing(string name)
    {
        TransformDriver driver = Fresh(name);
        float[] gradient = RandomGradients.Draw(1, 0, Count);
        Repeat(driver, gradient);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(driver, gradient);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static TransformDriver Fresh(string name)
    {
        OptimizerCase optimizer = OptimizerCases.Get(name);
        float[] start = RandomGradients.Draw(2, 0, Count);
        return new TransformDriver(Optimizer.Build(optimizer.Settings), start) { Momentum = optimizer.Momentum };
    }

    private static void Run(TransformDriver driver, int first, int end)
    {
        for (int t = first; t < end; t++)
        {
            driver.Step(RandomGradients.Draw(1, t, Count));
        }
    }

    private static void Repeat(TransformDriver driver, float[] gradient)
    {
        for (int t = 0; t < 200; t++)
        {
            driver.Step(gradient);
        }
    }
}
