using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;

namespace DistSgd.Learning.Tests.Landscapes;

public class LandscapeDescentTests
{
    private static readonly Landscape Quartic = LandscapeRegistry.Find("quartic");
    private static readonly Landscape Saddle = LandscapeRegistry.Find("saddle");
    private static readonly Landscape Square = LandscapeRegistry.Find("square");

    public static TheoryData<string> Optimizers => [.. DescentMethods.Names];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_finds_the_minimum_of_a_bowl(string optimizer)
    {
        DescentRun run = LandscapeDescent.Run(
            LandscapeRegistry.Find("sphere"),
            [5, 5],
            new DescentOptions
            {
                Optimizer = optimizer,
                LearningRate = new ExponentialSchedule(optimizer == "adagrad" ? 2 : 0.1, 0.001, 1),
                MaximumSteps = 10_000,
                Tolerance = 1e-4,
            });
        run.Outcome.ShouldBe(DescentOutcome.Converged);
        run.End.Kind.ShouldBe(CriticalPointKind.Minimum);
        run.Points.Count.ShouldBe(run.Steps + 1);
        run.Values.Count.ShouldBe(run.Steps + 1);
        run.GradientNorms[^1].ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void Descent_on_the_square_shrinks_by_0_8_a_step_and_needs_31_steps()
    {
        DescentRun run = LandscapeDescent.Run(Square, [10], Rate(0.1));
        run.FirstStepWhere(point => Math.Abs(point[0]) < 0.01).ShouldBe(31);
        run.Points[20][0].ShouldBe(10 * Math.Pow(0.8, 20), 1e-6);
        ConvergenceRate.Estimate(run.DistancesTo([0])).ShouldNotBeNull().ShouldBe(0.8, 1e-6);
    }

    [Fact]
    public void Half_the_learning_rate_of_the_limit_arrives_in_one_step() =>
        LandscapeDescent.Run(Square, [10], Rate(0.5)).Steps.ShouldBe(1);

    [Fact]
    public void At_the_limit_it_oscillates_and_above_it_diverges_with_the_path_kept()
    {
        LandscapeDescent.Run(Square, [10], Rate(1)).Outcome.ShouldBe(DescentOutcome.StepLimit);
        DescentRun run = LandscapeDescent.Run(Square, [10], Rate(1.1));
        run.Outcome.ShouldBe(DescentOutcome.Diverged);
        run.Steps.ShouldBe(63); // 10 · 1.2⁶³ is below the bound of 10⁶, the next step is not
        run.Points.ShouldAllBe(point => Math.Abs(point[0]) <= DescentOptions.DefaultDivergenceBound);
    }

    [Fact]
    public void Clipping_bounds_every_step()
    {
        DescentRun run = LandscapeDescent.Run(Quartic, [2, 2], Rate(0.2) with { ClipNorm = 1, MaximumSteps = 200 });
        run.Outcome.ShouldBe(DescentOutcome.Converged);
        run.Points.Zip(run.Points.Skip(1)).ShouldAllBe(pair => Math.Abs(pair.Second[0] - pair.First[0]) <= 0.2);
        LandscapeDescent.Run(Quartic, [2, 2], Rate(0.2)).Outcome.ShouldBe(DescentOutcome.Diverged);
    }

    [Fact]
    public void The_start_of_the_tutorial_lies_on_the_stable_manifold_of_the_saddle()
    {
        DescentRun run = LandscapeDescent.Run(Quartic, [0.5, -0.5], Rate(0.01) with { MaximumSteps = 20_000, Tolerance = 0 });
        run.Steps.ShouldBe(20_000);
        run.Points.ShouldAllBe(point => point[0] == -point[1]);
        run.End.Kind.ShouldBe(CriticalPointKind.Saddle);
        LandscapeDescent.Run(Quartic, [0.5, -0.5], Rate(0.01)).Outcome.ShouldBe(DescentOutcome.StuckAtSaddle);
    }

    [Fact]
    public void Noise_and_a_perturbation_leave_the_saddle()
    {
        DescentOptions noisy = Rate(0.01) with { Noise = 0.1 };
        Math.Abs(LandscapeDescent.Run(Quartic, [0.5, -0.5], noisy).End.Value - -1).ShouldBeLessThan(0.1);
        LandscapeDescent.Run(Quartic, [0.5, -0.5], Rate(0.01) with { Perturbation = 1e-3 }).Outcome.ShouldBe(DescentOutcome.Converged);
    }

    [Fact]
    public void The_tutorials_stopping_test_never_lets_the_noise_act()
    {
        DescentOptions noisy = Rate(0.01) with { Noise = 0.1, StoppingGradient = StoppingGradient.True };
        LandscapeDescent.Run(Saddle, [0, 0], noisy).Steps.ShouldBe(0);
        LandscapeDescent.Run(Saddle, [1e-10, 1e-10], Rate(0.01)).Steps.ShouldBe(0);
        LandscapeDescent.Run(Saddle, [0, 0], noisy with { StoppingGradient = StoppingGradient.Observed }).Steps.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void The_same_seed_gives_the_same_path_and_another_sample_another()
    {
        DescentOptions noisy = Rate(0.01) with { Noise = 0.1, MaximumSteps = 50 };
        double[] end = LandscapeDescent.Run(Quartic, [0, 0], noisy).Points[^1];
        LandscapeDescent.Run(Quartic, [0, 0], noisy).Points[^1].ShouldBe(end);
        LandscapeDescent.Run(Quartic, [0, 0], noisy with { Sample = 1 }).Points[^1].ShouldNotBe(end);
        LandscapeDescent.Run(Quartic, [0, 0], noisy with { Seed = 43 }).Points[^1].ShouldNotBe(end);
    }

    [Fact]
    public void Newton_takes_one_step_on_a_quadratic_and_says_when_it_changed_the_hessian()
    {
        DescentOptions newton = new() { Optimizer = "newton" };
        DescentRun plain = LandscapeDescent.Run(LandscapeRegistry.Quadratic(1000), [9, 4], newton);
        plain.Steps.ShouldBe(1);
        plain.Notes.ShouldBeEmpty();
        DescentRun modified = LandscapeDescent.Run(Quartic, [0.3, 0.2], newton);
        modified.Outcome.ShouldBe(DescentOutcome.Converged);
        modified.Notes.ShouldHaveSingleItem().ShouldContain("not positive definite");
    }

    [Theory]
    [InlineData("newton", 30)]
    [InlineData("lbfgs", 60)]
    public void Second_order_methods_follow_the_valley_of_rosenbrock(string optimizer, int most)
    {
        DescentRun run = LandscapeDescent.Run(
            LandscapeRegistry.Find("rosenbrock"), [-1.2, 1], new DescentOptions { Optimizer = optimizer });
        run.Outcome.ShouldBe(DescentOutcome.Converged);
        run.Steps.ShouldBeLessThan(most);
        run.Values.Zip(run.Values.Skip(1)).ShouldAllBe(pair => pair.Second < pair.First);
    }

    [Theory]
    [InlineData("cubic", 1)]
    [InlineData("tanh", 0.5)]
    [InlineData("exponential", 2)]
    public void A_gradient_that_vanishes_with_the_curvature_is_a_plateau_and_no_minimum(string name, double start) =>
        LandscapeDescent.Run(LandscapeRegistry.Find(name), [start], new DescentOptions { Optimizer = "newton" })
            .Outcome.ShouldBe(DescentOutcome.StuckOnPlateau);

    [Fact]
    public void Starts_that_do_not_fit_are_refused()
    {
        Should.Throw<InputException>(() => LandscapeDescent.Run(Quartic, [1], Rate(0.1))).Message
            .ShouldBe("start: (1) has 1 coordinates; quartic expects 2.");
        Should.Throw<InputException>(() => LandscapeDescent.Run(Square, [double.NaN], Rate(0.1)));
        Should.Throw<InputException>(() => LandscapeDescent.Run(LandscapeRegistry.Find("exponential"), [1e3], Rate(0.1)))
            .Message.ShouldContain("not finite at (1000)");
        Should.Throw<InputException>(() => LandscapeDescent.Run(Square, [1], Rate(0.1) with { Optimizer = "adamm" })).Message
            .ShouldContain("the nearest is 'adam'");
        Should.Throw<InputException>(() => LandscapeDescent.Run(Square, [1], Rate(-0.1)));
        Should.Throw<InputException>(() => LandscapeDescent.Run(Square, [1], Rate(0.1) with { ClipNorm = 0 }));
        Should.Throw<InputException>(() => LandscapeDescent.Run(Square, [1], Rate(0.1) with { Momentum = 1 }));
        Should.Throw<InputException>(() => LandscapeDescent.Run(Square, [1], Rate(0.1) with { Noise = -1 }));
    }

    private static DescentOptions Rate(double learningRate) => new() { LearningRate = new ConstantSchedule(learningRate) };
}
