using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>What the tutorials state about leaving saddles.</summary>
internal static class SaddleEscapeClaims
{
    public static IEnumerable<SeedClaim> Of(SaddleEscapeFacts facts, int escaped, int repetitions)
    {
        bool staysOnLine = facts.Long.Points.All(point => point[0] == -point[1]);
        yield return Fails(
            "002",
            "On x⁴ + y⁴ − 4xy + 1 descent from near (0.5, −0.5) may slide toward the saddle “before eventually escaping”",
            $"started exactly at (0.5, −0.5) it has not left after {facts.Long.Steps:N0} steps: {facts.EndOfLong}, f = "
                + $"{Number(facts.Long.Values[^1])}; started near it, at (0.5, −0.4999), it escapes after "
                + $"{Count(SaddleEscapeStudy.EscapeStep(facts.BesideSgd))} steps, as stated",
            staysOnLine && facts.Long.Steps == 20_000 && facts.Long.End.Kind == CriticalPointKind.Saddle,
            "The statement holds near (0.5, −0.5) and fails exactly there. f(x, y) = f(−y, −x). On y = −x therefore ∂f/∂x = 4x³ + 4x = −∂f/∂y: every step stays on the line, where f = 2x⁴ + 4x² + 1 "
                + "has its minimum at the saddle. "
                + "In all 20,000 steps x = −y held to the last bit.");
        yield return Fails(
            "002",
            "sgd_with_noise, started exactly at the saddle of x² − y², “escaped the saddle!”",
            $"as coded it returns after {facts.TutorialNoisy.Steps} steps at {Point(facts.TutorialNoisy.Points[^1])}; "
                + "with the test on the noisy gradient |y| is above 0.5 after "
                + $"{Count(facts.ObservedNoisy.FirstStepWhere(point => Math.Abs(point[1]) > 0.5))} steps",
            facts.TutorialNoisy.Steps == 0 && facts.ObservedNoisy.FirstStepWhere(point => Math.Abs(point[1]) > 0.5) is not null,
            "The tolerance test looks at the true gradient, which is 0 there, and comes before the noise: the loop ends in iteration 0.");
        yield return Fails(
            "002",
            "Pure descent from 10⁻¹⁰ beside the saddle of x² − y² stays “stuck near saddle”",
            $"as coded it returns after {facts.TutorialPlain.Steps} steps, because ‖∇f‖ = "
                + $"{Number(facts.TutorialPlain.GradientNorms[0])} is below 10⁻⁶; "
                + $"without that test |y| is above 0.5 after {Count(facts.PlainOn.FirstStepWhere(point => Math.Abs(point[1]) > 0.5))} "
                + "steps",
            facts.TutorialPlain.Steps == 0 && facts.PlainOn.FirstStepWhere(point => Math.Abs(point[1]) > 0.5) is not null,
            "y grows by 1 + 2η = 1.02 a step, so that 10⁻¹⁰ becomes 0.5 after ln(5 · 10⁹)/ln 1.02 = 1128 steps: it is the stopping "
                + "test that stops, not the saddle.");
        yield return Holds(
            "002",
            "Pure descent exactly at a saddle is stuck forever: the gradient is 0",
            $"after {facts.AtSaddle.Steps} steps from (0, 0) it stands at {Point(facts.AtSaddle.Points[^1])}",
            facts.AtSaddle.Points.All(point => point[0] == 0 && point[1] == 0));
        foreach (string seed in new[] { "001", "002", "003" })
        {
            yield return Holds(
                seed,
                "Descent slows down near saddle points, but the noise of SGD helps it escape",
                $"with σ = 0.1 {escaped} of {repetitions} runs leave the saddle of the quartic, without noise none does",
                escaped == repetitions && SaddleEscapeStudy.EscapeStep(facts.Long) is null);
        }

        double[] end = facts.ObservedNoisy.Points[facts.ObservedNoisy.FirstStepWhere(point => Math.Abs(point[1]) > 0.5) ?? 0];
        yield return Holds(
            "002",
            "Noise pushes the optimizer along the directions of negative curvature",
            $"the noise itself has no direction; the curvature makes one: when |y| passes 0.5, |x| is {Number(Math.Abs(end[0]))}",
            Math.Abs(end[1]) > 20 * Math.Abs(end[0]));
        int? sgd = SaddleEscapeStudy.EscapeStep(facts.BesideSgd);
        int? momentum = SaddleEscapeStudy.EscapeStep(facts.BesideMomentum);
        yield return Holds(
            "002",
            "Momentum accumulates gradient history to push through plateaus and saddle points",
            $"from (0.5, −0.4999) it escapes after {Count(momentum)} steps, descent after {Count(sgd)}; exactly on the line momentum "
                + "stays too: "
                + $"f = {Number(facts.Momentum.Values[^1])} after {facts.Momentum.Steps:N0} steps",
            momentum < sgd);
        (double Rate, int? EscapeSteps, double NoiseFloor) low = facts.Plateau[0];
        (double Rate, int? EscapeSteps, double NoiseFloor) high = facts.Plateau[^1];
        string measured = string.Join(", ", facts.Plateau.Select(entry => $"{Count(entry.EscapeSteps)} steps at η = {Number(entry.Rate)}"));
        yield return Fails(
            "001",
            "Loss plateaus early, stuck in a saddle point: reduce the learning rate",
            $"leaving the saddle of x² − y² from y = 10⁻⁶ takes {measured}; reducing helps where noise is the cause: height "
                + $"{Number(high.NoiseFloor)} at η = "
                + $"{Number(high.Rate)}, {Number(low.NoiseFloor)} at η = {Number(low.Rate)}",
            low.EscapeSteps > high.EscapeSteps && low.NoiseFloor < high.NoiseFloor,
            "Along a curvature −λ the distance from a saddle grows by 1 + ηλ a step, so that the steps to leave it go as 1/η. A lower "
                + "η lowers the floor of noise, not a saddle.");
        yield return Holds(
            "002",
            "Loss plateaus at a saddle point: increase the learning rate",
            $"leaving takes {measured}",
            high.EscapeSteps < low.EscapeSteps / 10);
        yield return Holds(
            "003",
            "Saddle points look like convergence: a different learning rate often escapes",
            $"‖∇f‖ at (0.8, 10⁻⁶) falls to {Number(SmallestGradient())} before it grows again; leaving takes {measured}",
            SmallestGradient() < 0.01);
    }

    // On the way from (0.8, 1e-6) the gradient all but vanishes.
    private static double SmallestGradient() => LandscapeDescent.Run(
        LandscapeRegistry.Find("saddle"), [0.8, 1e-6],
        new DescentOptions
        {
            LearningRate = new DistSgd.Learning.Optimization.Schedules.ConstantSchedule(SaddleEscapeStudy.LearningRate),
            MaximumSteps = 2000,
            Tolerance = 0,
            DivergenceBound = 1,
        }).GradientNorms.Min();
}
