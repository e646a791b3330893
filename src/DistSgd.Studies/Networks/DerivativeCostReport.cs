using DistSgd.Numerics;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Networks;

/// <summary>What <see cref="DerivativeCostStudy"/> measured, in tables, charts and words.</summary>
/// <param name="costs">The costs, by growing number of parameters.</param>
/// <param name="newton">What an inversion takes, by growing number of parameters.</param>
internal sealed class DerivativeCostReport(IReadOnlyList<DerivativeCost> costs, IReadOnlyList<NewtonCost> newton)
{
    // A call has a constant part, which hides the growth of small nets.
    private const int LeastFittedWidth = 64;

    // Caches, the constant part of a call and whatever else the machine does blur an exponent: it counts for the whole power next to it.
    private const double Tolerance = 0.5;

    private const double LargeModel = 1e8;

    private readonly DerivativeCost[] _large = [.. costs.Where(cost => cost.Width >= LeastFittedWidth)];
    private readonly DerivativeCost[] _hessians = [.. costs.Where(cost => cost.Hessian is not null)];

    private Fit Gradient => new("gradient", "O(n)", 1, Exponent(_large, cost => cost.Gradient), _large);

    private Fit Product => new("hessian_vector_product", "O(n)", 1, Exponent(_large, cost => cost.Product), _large);

    private Fit Hessian => new("hessian", "O(n²)", 2, Exponent(_hessians, cost => cost.Hessian!.Value), _hessians);

    /// <summary>True if every measured exponent is nearest to the one that theory has; a busy machine may bend one.</summary>
    public bool IsWithinBounds => Fits.All(fit => fit.IsWithinBounds);

    /// <summary>The measured exponents.</summary>
    public string Exponents => string.Join(", ", Fits.Select(fit => $"{fit.Operation} n^{Exponent(fit)}"));

    private Fit[] Fits => [Gradient, Product, Hessian];

    /// <summary>The result of the study.</summary>
    /// <param name="command">The command that makes it anew.</param>
    /// <param name="earlier">The exponents of earlier measurements, which were not within bounds.</param>
    /// <returns>The result.</returns>
    public StudyResult Write(string command, IReadOnlyList<string> earlier) => new()
    {
        Name = "landscape-derivative-cost",
        Title = "What derivatives cost",
        Summary = Reading(),
        Command = command,
        Tables = [ExponentTable(), CostTable(), NewtonTable()],
        Sections =
        [
            new ReportSection("Time over the number of parameters", Comparison())
            {
                Charts = [TimeChart(), RatioChart()],
                Tables = [Table(ExponentTable()), Table(CostTable())],
            },
            new ReportSection("What Newton's method needs", NewtonReading()) { Charts = [NewtonChart()], Tables = [Table(NewtonTable())] },
        ],
        Claims = [.. Claims(earlier), .. NewtonClaims()],
    };

    private string Reading()
    {
        DerivativeCost whole = _hessians[^1];
        return $"Time grows like n to the power {Exponent(Gradient)} for a gradient, {Exponent(Product)} for a Hessian-vector product and "
            + $"{Exponent(Hessian)} for the whole Hessian. A product costs {Ratios()} gradients (median); the Hessian of {whole.Parameters} parameters costs "
            + $"{Number(whole.Hessian!.Value / whole.Gradient)} gradients and {Number(whole.HessianBytes / 1e6)} MB.";
    }

    private string Comparison()
    {
        DerivativeCost small = costs[0];
        DerivativeCost large = costs[^1];
        return $"From {small.Parameters} to {large.Parameters} parameters a gradient goes from {Number(1e6 * small.Gradient)} to {Number(1e6 * large.Gradient)} µs "
            + $"and a product from {Number(small.Product / small.Gradient)} to {Number(large.Product / large.Gradient)} gradients; operations alone make it "
            + "8/3 for wide layers. What a call costs whatever the size bends the lines at their lower end, so that exponents come out below those of the orders, which are upper bounds. "
            + $"The Hessian of the largest net would take {Number(large.HessianBytes / 1e12)} TB.";
    }

    private string NewtonReading() =>
        $"Newton's method inverts the Hessian. Counted, not timed: {newton[^1].Dimension} parameters make {newton[^1].Entries} entries and "
        + $"{newton[^1].Operations} multiplications and divisions of a Gauss-Jordan elimination; both grow as powers, "
        + $"d^{Number(EntryExponent)} and d^{Number(OperationExponent)}.";

    private IEnumerable<SeedClaim> Claims(IReadOnlyList<string> earlier)
    {
        yield return Claim("A gradient costs O(n), one backward pass", Gradient, "", earlier);
        yield return Claim("A Hessian-vector product costs O(n)", Product, $"; {Ratios()} gradients (median)", earlier);
        yield return Claim("The full Hessian costs O(n²), prohibitive for large n", Hessian, "; it takes n products", earlier);
        double entries = LargeModel * LargeModel;
        yield return new SeedClaim(
            "000",
            "Storing the Hessian takes O(n²): 100M parameters are 10¹⁶ bytes",
            $"{Number(entries)} entries, so {Number(sizeof(float) * entries)} bytes in single and {Number(sizeof(double) * entries)} in double "
                + "precision",
            ClaimVerdict.Erratum,
            "(10⁸)² = 10¹⁶ is the number of entries. A number takes four bytes or eight; keeping one triangle of the symmetric matrix halves that. "
                + "The order, O(n²), is right.");
    }

    private IEnumerable<SeedClaim> NewtonClaims()
    {
        string dimensions = string.Join(", ", newton.Select(cost => cost.Dimension));
        yield return Holds(
            "001",
            "Newton's method: the Hessian is O(d²) parameters",
            $"counted {string.Join(", ", newton.Select(cost => cost.Entries))} for d = {dimensions}",
            Near(EntryExponent, 2, 1e-9));
        yield return Holds(
            "001",
            "Newton's method: inverting the Hessian is O(d³) operations",
            $"counted {string.Join(", ", newton.Select(cost => cost.Operations))} multiplications and divisions for d = {dimensions}: "
                + $"d^{Number(OperationExponent)}; H H⁻¹ is the identity within {Number(newton.Max(cost => cost.Error))}",
            Near(OperationExponent, 3, 0.02) && newton.All(cost => cost.Error < 1e-9));
    }

    // Timing must not decide whether a tutorial is contradicted: on a busy machine it shows nothing.
    private static SeedClaim Claim(string claim, Fit fit, string more, IReadOnlyList<string> earlier)
    {
        string ours = $"n^{Exponent(fit)} from n = {fit.Points[0].Parameters} to {fit.Points[^1].Parameters}: at most "
            + $"{fit.Tutorial}, with a tolerance of {Number(Tolerance)} in the exponent{more}";
        return fit.IsWithinBounds
            ? new SeedClaim("000", claim, ours, ClaimVerdict.Reproduced)
            : new SeedClaim(
                "000",
                claim,
                $"not measurable here: n^{Exponent(fit)} is not within {Number(Tolerance)} of n^{fit.Expected}; measured before: "
                    + (earlier.Count > 0 ? string.Join("; ", earlier) : "nothing"),
                ClaimVerdict.Inconclusive);
    }

    private StudyTable ExponentTable() => new(
        "exponents",
        "Growth of the time with the number of parameters n",
        ["operation", "tutorial", "measured_exponent", "from_parameters", "to_parameters"],
        [.. Fits.Select(fit => (object?[])
            [fit.Operation, fit.Tutorial, fit.Measured, fit.Points[0].Parameters, fit.Points[^1].Parameters])]);

    private StudyTable NewtonTable() => new(
        "newton",
        "What a step of Newton's method needs, counted",
        ["parameters", "hessian_entries", "inversion_operations", "error_of_inverse"],
        [.. newton.Select(cost => (object?[])[cost.Dimension, cost.Entries, cost.Operations, cost.Error])]);

    private LineChart NewtonChart() => new()
    {
        Title = "Entries and operations",
        Description = "Entries of the Hessian and operations of its inversion over the number of parameters, both axes logarithmic.",
        X = new Axis("Parameters d") { IsLogarithmic = true },
        Y = new Axis("Count") { IsLogarithmic = true },
        Curves =
        [
            NewtonCurve("entries", cost => cost.Entries),
            NewtonCurve("operations of the inversion", cost => cost.Operations),
        ],
    };

    private Curve NewtonCurve(string name, Func<NewtonCost, double> value) =>
        new(name, [.. newton.Select(cost => (double)cost.Dimension)], [.. newton.Select(value)]) { Style = CurveStyle.LineAndMarkers };

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

    private double EntryExponent => NewtonExponent(cost => cost.Entries);

    private double OperationExponent => NewtonExponent(cost => cost.Operations);

    private double NewtonExponent(Func<NewtonCost, double> value) =>
        LineFit.Exponent([.. newton.Select(cost => (double)cost.Dimension)], [.. newton.Select(value)]);

    private string Ratios()
    {
        double[] ratios = [.. _large.Select(cost => cost.Product / cost.Gradient).Order()];
        return Number(Math.Round(ratios[ratios.Length / 2], 2));
    }

    private sealed record Fit(string Operation, string Tutorial, int Expected, double Measured, DerivativeCost[] Points)
    {
        public bool IsWithinBounds => Math.Abs(Measured - Expected) <= Tolerance;
    }
}
