using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Numerics;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>How the steps to a minimum grow with the condition number of a quadratic, each method at its best tuning.</summary>
internal sealed class ConditionNumberStudy : INamedStudy
{
    private const double Reduction = 1e-6;
    private const int MostSteps = 100_000;
    private const double FirstOfFit = 10; // below it a rate says little about an exponent

    private static readonly double[] Kappas = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
    private static readonly double[] Start = [9, 4];
    private static readonly string[] Optimizers = ["sgd", "momentum", "nesterov", "newton", "lbfgs"];

    public string Name => "condition-number";

    public string Description => "Steps against κ for descent, momentum, Nesterov, Newton and L-BFGS: O(κ), O(√κ), one step.";

    public StudyOptions Accepts => StudyOptions.ConditionNumber;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        double[] kappas = [.. Kappas.Append(settings.ConditionNumber ?? Kappas[0]).Distinct().Order()];
        Entry[] entries = [.. from kappa in kappas from optimizer in Optimizers select Measure(kappa, optimizer)];
        var exponents = Optimizers.ToDictionary(optimizer => optimizer, optimizer => Exponent(entries, optimizer));
        var table = new StudyTable(
            "steps",
            $"Steps until the distance to the minimum is {Reduction} of that of the start (9, 4)",
            ["condition_number", .. Optimizers, "sgd_theory", "momentum_theory", "nesterov_theory", "angle_degrees"],
            [
                .. kappas.Select(kappa => (object?[])
                [
                    kappa, .. Optimizers.Select(optimizer => (object?)StepsOf(entries, kappa, optimizer)),
                    Theory(kappa, "sgd"), Theory(kappa, "momentum"), Theory(kappa, "nesterov"), MeanAngle(kappa),
                ]),
            ]);
        string reading = $"From κ = {Number(FirstOfFit)} on, the steps grow as κ^{exponents["sgd"]:F2} for descent, as "
            + $"κ^{exponents["momentum"]:F2} for momentum and "
            + $"as κ^{exponents["nesterov"]:F2} for Nesterov; theory has 1, 1/2 and 1/2. Newton's method needs at most "
            + $"{entries.Where(entry => entry.Optimizer == "newton").Max(entry => entry.Steps)}, "
            + $"L-BFGS at most {entries.Where(entry => entry.Optimizer == "lbfgs").Max(entry => entry.Steps)}.";
        DescentRun zigzag = Descend(100, "sgd");
        DescentRun smooth = Descend(100, "momentum");
        string angles = $"At κ = 100 the direction of steepest descent misses the minimum by {MeanAngle(100):F0} degrees on average, "
            + $"at κ = 1 by {MeanAngle(1):F0}; "
            + $"descent takes {zigzag.Steps} steps there, momentum {smooth.Steps}.";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Condition number and convergence",
            Summary = $"{reading} {angles}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table],
            Sections =
            [
                new ReportSection("Steps against the condition number", reading)
                {
                    Charts = [StepsChart(kappas, entries)],
                    Tables = [Table(table)],
                },
                new ReportSection("In a narrow valley the gradient points sideways", angles)
                {
                    Charts =
                    [
                        LandscapeCharts.Contour(
                            LandscapeRegistry.Quadratic(100), "Paths at κ = 100", [], [("descent", zigzag), ("momentum", smooth)]),
                        LandscapeCharts.OverSteps(
                            "Distance to the minimum at κ = 100", "‖x‖",
                            [("descent", zigzag.DistancesTo([0, 0])), ("momentum", smooth.DistancesTo([0, 0]))]),
                    ],
                },
            ],
            Claims = [.. Claims([.. entries.Where(entry => Kappas.Contains(entry.Kappa))], zigzag, smooth)],
        };
    }

    // From the study's own condition numbers alone: one that the user adds must not decide about a tutorial.
    private static IEnumerable<SeedClaim> Claims(Entry[] entries, DescentRun zigzag, DescentRun smooth)
    {
        var exponents = Optimizers.ToDictionary(optimizer => optimizer, optimizer => Exponent(entries, optimizer));
        Entry[] rates = [.. entries.Where(entry => entry is { Optimizer: "sgd", Rate: not null } && entry.Kappa >= FirstOfFit)];
        double worst = rates.Max(entry => Math.Abs(entry.Rate!.Value - ConvergenceRate.OptimalGradientDescent(entry.Kappa)));
        yield return Holds(
            "000",
            "Gradient descent converges in O(κ) iterations; a high κ is slow",
            $"steps grow as κ^{exponents["sgd"]:F3}; the rate differs from (κ − 1)/(κ + 1) by at most {Number(worst)}",
            Near(exponents["sgd"], 1, 0.03) && worst < 1e-3);
        yield return Holds(
            "000",
            "In the elongated case the gradient points sideways, not toward the minimum",
            $"mean angle between −∇f and the way to the minimum: {MeanAngle(1):F0} degrees at κ = 1, {MeanAngle(10):F0} at 10, "
                + $"{MeanAngle(100):F0} at 100",
            MeanAngle(1) < 1e-6 && MeanAngle(100) > 60);
        int turns = zigzag.Points.Zip(zigzag.Points.Skip(1)).Count(pair => pair.First[1] * pair.Second[1] < 0);
        yield return Holds(
            "000",
            "Zig-zag is a problem that momentum helps solve",
            $"at κ = 100 descent crosses the valley in {turns} of {zigzag.Steps} steps, and momentum needs {smooth.Steps} instead",
            turns > 0.9 * zigzag.Steps && smooth.Steps < zigzag.Steps / 3);
        yield return Holds(
            "002",
            "Momentum takes a smooth path where descent zig-zags in a narrow valley",
            $"steps grow as κ^{exponents["momentum"]:F2} with momentum, as κ^{exponents["sgd"]:F2} without",
            exponents["momentum"] < 0.65);
        yield return Holds(
            "001",
            "Momentum accelerates descent",
            $"at κ = 1000 {StepsOf(entries, 1000, "sgd")} steps become "
                + $"{StepsOf(entries, 1000, "momentum")}",
            StepsOf(entries, 1000, "momentum") < StepsOf(entries, 1000, "sgd") / 10);
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

    private static LineChart StepsChart(double[] kappas, Entry[] entries) => new()
    {
        Title = "Steps to a millionth of the distance",
        Description = "Steps over the condition number for five methods, with the theory of the first three.",
        X = new Axis("condition number κ") { IsLogarithmic = true },
        Y = new Axis("steps") { IsLogarithmic = true },
        Curves =
        [
            .. Optimizers.Select(optimizer => new Curve(
                optimizer, kappas,
                [.. kappas.Select(kappa => (double?)StepsOf(entries, kappa, optimizer) ?? double.NaN)])
            {
                Style = CurveStyle.LineAndMarkers,
            }),
            .. new[] { "sgd", "momentum", "nesterov" }.Select(optimizer => new Curve(
                $"{optimizer}, theory", kappas, [.. kappas.Select(kappa => Theory(kappa, optimizer))])
            {
                Style = CurveStyle.Dashed,
            }),
        ],
    };

    private static int? StepsOf(Entry[] entries, double kappa, string optimizer) =>
        entries.First(entry => entry.Kappa == kappa && entry.Optimizer == optimizer).Steps;

    private static Entry Measure(double kappa, string optimizer)
    {
        DescentRun run = Descend(kappa, optimizer);
        double[] errors = run.DistancesTo([0, 0]);
        int index = Array.FindIndex(errors, error => error <= Reduction * errors[0]);
        return new Entry(kappa, optimizer, index < 0 ? null : index, ConvergenceRate.Estimate(errors));
    }

    private static DescentRun Descend(double kappa, string optimizer)
    {
        double root = Math.Sqrt(kappa);
        double heavyBall = ConvergenceRate.OptimalHeavyBall(kappa);
        (double rate, double momentum) = optimizer switch
        {
            "momentum" => (4 / ((1 + root) * (1 + root)), heavyBall * heavyBall),
            "nesterov" => (1 / kappa, heavyBall),
            _ => (2 / (1 + kappa), 0.0),
        };
        return LandscapeDescent.Run(LandscapeRegistry.Quadratic(kappa), Start, new DescentOptions
        {
            Optimizer = optimizer,
            LearningRate = new ConstantSchedule(rate),
            Momentum = momentum,
            MaximumSteps = MostSteps,
            Tolerance = Reduction, // ‖∇f‖ ≥ ‖x‖ here, so that the run goes on beyond the wanted distance
        });
    }

    private static double Theory(double kappa, string optimizer) => ConvergenceRate.StepsFor(
        optimizer switch
        {
            "momentum" => ConvergenceRate.OptimalHeavyBall(kappa),
            "nesterov" => ConvergenceRate.Nesterov(kappa),
            _ => ConvergenceRate.OptimalGradientDescent(kappa),
        },
        Reduction);

    private static double Exponent(Entry[] entries, string optimizer)
    {
        Entry[] fitted =
            [.. entries.Where(entry => entry.Optimizer == optimizer && entry.Kappa >= FirstOfFit && entry.Steps > 0)];
        return LineFit.Exponent(
            [.. fitted.Select(entry => entry.Kappa)], [.. fitted.Select(entry => (double)entry.Steps!.Value)]);
    }

    // Over points on a contour line: there the valley is as long as descent sees it.
    private static double MeanAngle(double kappa)
    {
        const int Points = 360;
        double sum = 0;
        for (int i = 0; i < Points; i++)
        {
            double angle = 2 * Math.PI * (i + 0.5) / Points;
            (double x, double y) = (Math.Cos(angle), Math.Sin(angle) / Math.Sqrt(kappa));
            double cosine = ((x * x) + (kappa * y * y)) / (Math.Sqrt((x * x) + (y * y)) * Math.Sqrt((x * x) + (kappa * kappa * y * y)));
            sum += Math.Acos(Math.Min(1, cosine)) * 180 / Math.PI;
        }

        return sum / Points;
    }

    private sealed record Entry(double Kappa, string Optimizer, int? Steps, double? Rate);
}
