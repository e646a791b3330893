using DistSgd.Learning.Landscapes.Descent;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.Experiments.ConditionNumberStudy;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>What the tutorials state about condition numbers and momentum.</summary>
internal static class ConditionNumberClaims
{
    public static IEnumerable<SeedClaim> Of(ConditionEntry[] entries, ValleyPath[] paths)
    {
        ConditionEntry[] rates = [.. entries.Where(entry => entry is { Optimizer: "sgd", Rate: not null } && entry.Kappa >= FirstOfFit)];
        double worst = rates.Max(entry => Math.Abs(entry.Rate!.Value - ConvergenceRate.OptimalGradientDescent(entry.Kappa)));
        double exponent = Exponent(entries, "sgd");
        yield return Holds(
            "000",
            "Gradient descent converges in O(κ) iterations; a high κ is slow",
            $"steps grow as κ^{exponent:F3}; the rate differs from (κ − 1)/(κ + 1) by at most {Number(worst)}",
            Near(exponent, 1, 0.03) && worst < 1e-3);
        yield return Holds(
            "000",
            "In the elongated case the gradient points sideways, not toward the minimum",
            $"mean angle between −∇f and the way to the minimum: {MeanAngle(1):F0} degrees at κ = 1, {MeanAngle(10):F0} at 10, "
                + $"{MeanAngle(100):F0} at 100",
            MeanAngle(1) < 1e-6 && MeanAngle(100) > 60);
        foreach (SeedClaim claim in ZigZag(paths))
        {
            yield return claim;
        }

        yield return Holds(
            "001",
            "Momentum accelerates descent",
            $"at κ = 1000 {StepsOf(entries, 1000, "sgd")} steps become {StepsOf(entries, 1000, "momentum")}; steps grow as "
                + $"κ^{Exponent(entries, "momentum"):F2} with it, as κ^{exponent:F2} without",
            StepsOf(entries, 1000, "momentum") < StepsOf(entries, 1000, "sgd") / 10 && Exponent(entries, "momentum") < 0.65);
        yield return Holds(
            "000",
            "Second-order methods take smarter steps: θ − H⁻¹∇L",
            "Newton's method needs one step at every κ",
            entries.Where(entry => entry.Optimizer == "newton").All(entry => entry.Steps == 1));
        int? lbfgs = entries.Where(entry => entry.Optimizer == "lbfgs").Max(entry => entry.Steps);
        yield return Holds(
            "001",
            "L-BFGS approximates the inverse Hessian, useful for smaller models",
            $"from gradients alone it needs at most {Count(lbfgs)} steps up to κ = 1000",
            lbfgs < 30);
    }

    private static IEnumerable<SeedClaim> ZigZag(ValleyPath[] paths)
    {
        ValleyPath descent = paths[0];
        ValleyPath best = paths[1];
        ValleyPath same = paths[2];
        ValleyPath gentle = paths[3];
        yield return Holds(
            "000",
            "Zig-zag is a problem that momentum helps solve",
            $"at κ = 100 descent crosses the valley in {descent.Crossed}; with β = {Number(same.Momentum)} at the same η in {same.Crossed}: "
                + $"less zig-zag, not none; at its best tuning momentum crosses in {best.Crossed} and is faster all the same",
            descent.ShareCrossing > 0.9 && same.ShareCrossing < 0.7 * descent.ShareCrossing && same.Steps < descent.Steps / 2
                && best.Steps < descent.Steps / 3);
        yield return Fails(
            "002",
            "Momentum takes a smooth path where descent zig-zags in a narrow valley",
            $"at κ = 100 the best η and β cross the valley in {best.Crossed} and overshoot to |y| = {Number(best.LargestHeight)} from "
                + $"{Number(Math.Abs(best.Run.Points[0][1]))}; η = 1/L and β = {Number(gentle.Momentum)} still cross in {gentle.Crossed}",
            best.ShareCrossing > 0.99 && best.LargestHeight > 2 * Math.Abs(best.Run.Points[0][1]) && gentle.Crossings > 10,
            "Along a curvature λ the factors of a step are the roots of z² − (1 + β − ηλ)z + β. At the best tuning and λ = L both are −√β: the "
                + "sign changes in every step, and the error first grows. With η = 1/L and β = 0.9 they are complex with cos φ = √β/2: the sign "
                + "changes in about every third step. What momentum gains is speed, √β in place of (κ − 1)/(κ + 1), not smoothness.");
    }
}
