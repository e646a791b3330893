using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Output;

namespace DistSgd.Studies.Networks;

/// <summary>What <see cref="DerivativeCostStudy"/> measured, in tables, charts and words.</summary>
/// <param name="costs">The costs, by growing number of parameters.</param>
internal sealed class DerivativeCostReport(IReadOnlyList<DerivativeCost> costs)
{
    // A call has a constant part, which hides the growth of small nets.
    private const int LeastFittedWidth = 64;

    // Measured exponents are blurred by caches and by whatever else the machine does; an upper bound is broken only well above it.
    private const double Slack = 0.35;

    private const double LargeModel = 1e8;

    private readonly DerivativeCost[] _large = [.. costs.Where(cost => cost.Width >= LeastFittedWidth)];
    private readonly DerivativeCost[] _hessians = [.. costs.Where(cost => cost.Hessian is not null)];

    private Fit Gradient => new("gradient", "O(n)", 1, Exponent(_large, cost => cost.Gradient), _large);

    private Fit Product => new("hessian_vector_product", "O(n)", 1, Exponent(_large, cost => cost.Product), _large);

    private Fit Hessian => new("hessian", "O(n^2)", 2, Exponent(_hessians, cost => cost.Hessian!.Value), _hessians);

    /// <summary>The result of the study.</summary>
    /// <param name="command">The command that makes it anew.</param>
    /// <returns>The result.</returns>
    public StudyResult Write(string command) => new()
    {
        Name = "landscape-derivative-cost",
        Title = "What derivatives cost",
        Summary = Reading(),
        Command = command,
        Tables = [ExponentTable(), CostTable()],
        Sections =
        [
            new ReportSection("Time over the number of parameters", Reading())
            {
                Charts = [TimeChart(), RatioChart()],
                Tables = [CellText.Table(ExponentTable()), CellText.Table(CostTable())],
            },
        ],
        Claims = [.. Claims()],
    };

    private string Reading()
    {
        DerivativeCost whole = _hessians[^1];
        return $"Time grows like n to the power {Exponent(Gradient)} for a gradient, {Exponent(Product)} for a Hessian-vector product and "
            + $"{Exponent(Hessian)} for the whole Hessian. A product costs {Ratios()} gradients (median); the Hessian of {whole.Parameters} parameters costs "
            + $"{Number(whole.Hessian!.Value / whole.Gradient)} gradients and {Number(whole.HessianBytes / 1e6)} MB.";
    }

    private IEnumerable<SeedClaim> Claims()
    {
        yield return Claim("A gradient costs O(n), one backward pass.", Gradient, "");
        yield return Claim("A Hessian-vector product costs O(n).", Product, $" {Ratios()} gradients (median).");
        yield return Claim("The full Hessian costs O(n^2), prohibitive for large n.", Hessian, " It takes n products.");
        double entries = LargeModel * LargeModel;
        yield return new SeedClaim(
            "000",
            "Storing the Hessian takes O(n^2): 100M parameters are 10^16 bytes.",
            $"{Number(entries)} entries, so {Number(sizeof(float) * entries)} bytes in single and {Number(sizeof(double) * entries)} in double precision.",
            ClaimVerdict.Erratum,
            "(10^8)^2 = 10^16 is the number of entries. A number takes four bytes or eight; keeping one triangle of the symmetric matrix halves that. "
            + "The order, O(n^2), is right.");
    }

    private static SeedClaim Claim(string claim, Fit fit, string more) => new(
        "000",
        claim,
        $"n^{Exponent(fit)} from n = {fit.Points[0].Parameters} to {fit.Points[^1].Parameters}.{more}",
        fit.Measured <= fit.Expected + Slack ? ClaimVerdict.Reproduced : ClaimVerdict.Contradicted);

    private StudyTable ExponentTable() => new(
        "exponents",
        "Growth of the time with the number of parameters n",
        ["operation", "tutorial", "measured_exponent", "from_parameters", "to_parameters"],
        [.. new[] { Gradient, Product, Hessian }.Select(fit => (object?[])
            [fit.Operation, fit.Tutorial, fit.Measured, fit.Points[0].Parameters, fit.Points[^1].Parameters])]);

    private StudyTable CostTable() => new(
        "costs",
        $"Medians of repeated measurements, {DerivativeCostStudy.Examples} examples, two hidden layers",
        ["hidden_width", "parameters", "gradient_us", "product_us", "product_to_gradient", "hessian_ms", "hessian_bytes"],
        [.. costs.Select(cost => (object?[])
        [
            cost.Width, cost.Parameters, 1e6 * cost.Gradient, 1e6 * cost.Product, cost.Product / cost.Gradient, 1e3 * cost.Hessian, cost.HessianBytes,
        ])]);

    private LineChart TimeChart() => new()
    {
        Title = "Time of derivatives",
        Description = "Seconds of a gradient, a Hessian-vector product and a whole Hessian over the number of parameters, both axes logarithmic, "
            + "with dashed lines for growth like n and like n squared.",
        X = new Axis("Parameters n") { IsLogarithmic = true },
        Y = new Axis("Seconds") { IsLogarithmic = true },
        Curves =
        [
            Measured("gradient", costs, cost => cost.Gradient),
            Measured("Hessian-vector product", costs, cost => cost.Product),
            Measured("whole Hessian", [.. costs.Where(cost => cost.Hessian is not null)], cost => cost.Hessian!.Value),
            Theory("like n", _large, cost => cost.Gradient, 1),
            Theory("like n squared", _hessians, cost => cost.Hessian!.Value, 2),
        ],
    };

    private LineChart RatioChart() => new()
    {
        Title = "Product in gradients",
        Description = "The time of a Hessian-vector product divided by that of a gradient, over the number of parameters.",
        X = new Axis("Parameters n") { IsLogarithmic = true },
        Y = new Axis("Gradients") { Minimum = 0 },
        Curves = [Measured("product / gradient", costs, cost => cost.Product / cost.Gradient)],
    };

    private static Curve Measured(string name, IReadOnlyList<DerivativeCost> points, Func<DerivativeCost, double> value) =>
        new(name, [.. points.Select(cost => (double)cost.Parameters)], [.. points.Select(value)]) { Style = CurveStyle.LineAndMarkers };

    // Through the last measurement, where the constant part counts least.
    private static Curve Theory(string name, DerivativeCost[] points, Func<DerivativeCost, double> value, int power) => new(
        name,
        [.. points.Select(cost => (double)cost.Parameters)],
        [.. points.Select(cost => value(points[^1]) * Math.Pow((double)cost.Parameters / points[^1].Parameters, power))])
    { Style = CurveStyle.Dashed };

    private static double Exponent(DerivativeCost[] points, Func<DerivativeCost, double> value) =>
        LineFit.Exponent([.. points.Select(cost => (double)cost.Parameters)], [.. points.Select(value)]);

    private static string Exponent(Fit fit) => Number(Math.Round(fit.Measured, 2));

    private string Ratios()
    {
        double[] ratios = [.. _large.Select(cost => cost.Product / cost.Gradient).Order()];
        return Number(Math.Round(ratios[ratios.Length / 2], 2));
    }

    private static string Number(double value) => CellText.Of(value);

    private sealed record Fit(string Operation, string Tutorial, int Expected, double Measured, DerivativeCost[] Points);
}
