using DistSgd.Learning.Optimization;
using DistSgd.Learning.Tests.Optimization.Support;

namespace DistSgd.Learning.Tests.Optimization;

public class OptimizerConvergenceTests
{
    private const int Steps = 20_000;

    [Theory]
    [MemberData(nameof(OptimizerCases.Converging), MemberType = typeof(OptimizerCases))]
    public void Finds_the_minimum_of_a_quadratic(string name) => Converges(new Quadratic(), name, OptimizerCases.Get(name).QuadraticRate);

    [Theory]
    [MemberData(nameof(OptimizerCases.Converging), MemberType = typeof(OptimizerCases))]
    public void Finds_the_minimum_of_rosenbrocks_valley(string name) =>
        Converges(new Rosenbrock(), name, OptimizerCases.Get(name).RosenbrockRate);

    private static void Converges(TestProblem problem, string name, double rate)
    {
        OptimizerCase optimizer = OptimizerCases.Get(name);
        float[] x = problem.Start;
        var driver = new TransformDriver(Optimizer.Build(optimizer.Settings), x) { LearningRate = rate, Momentum = optimizer.Momentum };
        float[] gradient = new float[x.Length];
        for (int t = 0; t < Steps; t++)
        {
            problem.Gradient(driver.Parameters, gradient);
            driver.Step(gradient);
        }

        driver.Parameters.ShouldBeNear(problem.Minimum, 0.01);
        driver.Padding.ShouldAllBe(element => element == 0);
    }
}
