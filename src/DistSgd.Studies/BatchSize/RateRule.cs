using DistSgd.Numerics;
using MathNet.Numerics.Distributions;

namespace DistSgd.Studies.BatchSize;

/// <summary>
/// How the best learning rate follows the batch size, held against the two rules: in proportion to it (Goyal et al. 2017), or to its square root.
/// </summary>
/// <remarks>
/// The exponent is the slope of log η against log B over the batches up to B_crit, beyond which neither rule is meant to hold. Beside it each rule is put to the
/// test: from the best rate of the smallest batch it predicts a rate for every other; the nearest one that was tried tells what following it costs.
/// </remarks>
public sealed class RateRule
{
    /// <summary>Batches that an exponent needs at least.</summary>
    public const int FewestBatches = 3;

    private RateRule(IReadOnlyList<GroupSummary> used, IReadOnlyList<RatePrediction> predictions, double gridFactor)
    {
        double[] batches = [.. used.Select(group => (double)group.BatchSize)], rates = [.. used.Select(group => group.LearningRate!.Value)];
        Exponent = LineFit.Exponent(batches, rates);

        double x = batches.Average(PortableMath.Log);
        double spread = batches.Sum(batch => (PortableMath.Log(batch) - x) * (PortableMath.Log(batch) - x));
        double intercept = rates.Average(PortableMath.Log) - (Exponent * x);
        int freedom = batches.Length - 2;
        double residuals = batches
            .Zip(rates, (batch, rate) => PortableMath.Log(rate) - intercept - (Exponent * PortableMath.Log(batch)))
            .Sum(residual => residual * residual) / freedom;

        // Few residuals know their own spread badly (Student's t). Each best rate is known to within half a step of the list either way, however well they lie.
        double grid = PortableMath.Log(gridFactor) * PortableMath.Log(gridFactor) / 12;
        Error = Math.Max(
            StudentT.InvCDF(0, 1, freedom, 0.975) * Math.Sqrt(residuals / spread), Normal.InvCDF(0, 1, 0.975) * Math.Sqrt(grid / spread));
        Batches = ((int)batches[0], (int)batches[^1]);
        Predictions = predictions;
    }

    /// <summary>p of η ∝ Bᵖ.</summary>
    public double Exponent { get; }

    /// <summary>Half the width of its 95 % interval; the step of the list of rates is counted in.</summary>
    public double Error { get; }

    /// <summary>First and last batch that it was taken over.</summary>
    public (int First, int Last) Batches { get; }

    /// <summary>What following the rules costs at each batch but the smallest.</summary>
    public IReadOnlyList<RatePrediction> Predictions { get; }

    /// <summary>Which rule the exponent agrees with.</summary>
    public string Verdict => (Math.Abs(Exponent - 1) <= Error, Math.Abs(Exponent - 0.5) <= Error) switch
    {
        (true, true) => "agrees with both rules, the interval being wide",
        (true, false) => "agrees with the linear rule (1) and not with the square-root rule (0.5)",
        (false, true) => "agrees with the square-root rule (0.5) and not with the linear rule (1)",
        _ => "agrees with neither the linear rule (1) nor the square-root rule (0.5)",
    };

    /// <summary>Looks at a family.</summary>
    /// <param name="family">The family, its fit included.</param>
    /// <returns>The rule; null where rates were not searched, or too few batches are there.</returns>
    internal static RateRule? Of(ScalingFamily family)
    {
        GroupSummary[] searched = [.. family.Groups.Where(group => group.Search.Count > 1 && group.LearningRate is not null && group.Steps is not null)];
        GroupSummary[] used = [.. searched.Where(group => family.Fit is not { } fit || group.BatchSize <= fit.CriticalBatch)];
        if (used.Length < FewestBatches)
        {
            return null;
        }

        double factor = used[0].Search[1].LearningRate / used[0].Search[0].LearningRate;
        return new RateRule(used, [.. searched.Skip(1).Select(group => RatePrediction.Of(searched[0], group))], factor);
    }
}

/// <summary>What following the rules costs at one batch size.</summary>
/// <param name="BatchSize">The batch size.</param>
/// <param name="BestRate">The best rate that was found.</param>
/// <param name="LinearRate">What the linear rule predicts.</param>
/// <param name="LinearCost">Steps at the nearest rate that was tried over those at the best; infinite if it does not get there; null if none near was tried.</param>
/// <param name="RootRate">What the square-root rule predicts.</param>
/// <param name="RootCost">The same of it.</param>
public sealed record RatePrediction(int BatchSize, double BestRate, double LinearRate, double? LinearCost, double RootRate, double? RootCost)
{
    internal static RatePrediction Of(GroupSummary smallest, GroupSummary group)
    {
        double ratio = (double)group.BatchSize / smallest.BatchSize, from = smallest.LearningRate!.Value;
        double linear = from * ratio, root = from * Math.Sqrt(ratio);
        return new RatePrediction(group.BatchSize, group.LearningRate!.Value, linear, Cost(group, linear), root, Cost(group, root));
    }

    private static double? Cost(GroupSummary group, double rate)
    {
        double best = group.Search.Min(tried => tried.Score?.Steps ?? double.PositiveInfinity);
        double step = group.Search[1].LearningRate / group.Search[0].LearningRate;
        RateResult nearest = group.Search.MinBy(tried => Math.Abs(PortableMath.Log(tried.LearningRate / rate)));
        bool isNear = Math.Abs(PortableMath.Log(nearest.LearningRate / rate)) <= 0.75 * PortableMath.Log(step);
        return isNear && double.IsFinite(best) && nearest.Score is { } score ? score.Steps / best : null;
    }
}
