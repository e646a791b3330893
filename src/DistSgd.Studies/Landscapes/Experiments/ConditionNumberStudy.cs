using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Numerics;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>How the steps to a minimum grow with the condition number of a quadratic, each method at its best tuning.</summary>
internal sealed class ConditionNumberStudy : INamedStudy
{
    internal const double FirstOfFit = 10; // below it a rate says little about an exponent

    private const double Reduction = 1e-6;
    private const int MostSteps = 100_000;

    private static readonly double[] Kappas = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
    private static readonly double[] Start = [9, 4];
    private static readonly string[] WithTheory = ["sgd", "momentum", "nesterov"];
    private static readonly string[] Optimizers = ["sgd", "momentum", "nesterov", "newton", "lbfgs"];

    public string Name => "condition-number";

    public string Description => "Steps against κ for descent, momentum, Nesterov, Newton and L-BFGS: O(κ), O(√κ), one step.";

    public StudyOptions Accepts => StudyOptions.ConditionNumber;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        double[] kappas = [.. Kappas.Append(settings.ConditionNumber ?? Kappas[0]).Distinct().Order()];
        ConditionEntry[] entries = [.. from kappa in kappas from optimizer in Optimizers select Measure(kappa, optimizer)];
        var exponents = Optimizers.ToDictionary(optimizer => optimizer, optimizer => Exponent(entries, optimizer));
        var table = new StudyTable(
            "steps",
            "Steps from (9, 4) until the distance to the minimum is a millionth of what it was",
            ["condition_number", .. Optimizers, "sgd_theory", "momentum_theory", "nesterov_theory", "angle_degrees"],
            [
                .. kappas.Select(kappa => (object?[])
                [
                    kappa, .. Optimizers.Select(optimizer => (object?)StepsOf(entries, kappa, optimizer)),
                    Theory(kappa, "sgd"), Theory(kappa, "momentum"), Theory(kappa, "nesterov"), MeanAngle(kappa),
                ]),
            ]);
        StudyTable rates = RateTable(entries);
        ValleyPath[] paths = ValleyPath.All();
        StudyTable pathTable = ValleyPath.Table(paths);
        string reading = $"From κ = {Number(FirstOfFit)} on, the steps grow as κ^{exponents["sgd"]:F2} for descent, as "
            + $"κ^{exponents["momentum"]:F2} for momentum and "
            + $"as κ^{exponents["nesterov"]:F2} for Nesterov; theory has 1, 1/2 and 1/2. Newton's method needs at most "
            + $"{entries.Where(entry => entry.Optimizer == "newton").Max(entry => entry.Steps)}, "
            + $"L-BFGS at most {entries.Where(entry => entry.Optimizer == "lbfgs").Max(entry => entry.Steps)}. {ReadDoubleRoot(entries)}";
        string angles = $"At κ = 100 the direction of steepest descent misses the minimum by {MeanAngle(100):F0} degrees on average, "
            + $"at κ = 1 by {MeanAngle(1):F0}. {ValleyPath.Reading(paths)}";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Condition number and convergence",
            Summary = $"{reading} {angles}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table, rates, pathTable],
            Sections =
            [
                new ReportSection("Steps against the condition number", reading)
                {
                    Charts = [StepsChart(kappas, entries)],
                    Tables = [Table(table), Table(rates)],
                },
                new ReportSection("In a narrow valley the gradient points sideways", angles)
                {
                    Charts =
                    [
                        LandscapeCharts.Contour(
                            LandscapeRegistry.Quadratic(ValleyPath.Kappa), "Paths at κ = 100, the first 100 steps", [],
                            [.. new[] { paths[1], paths[3], paths[0] }.Select(path => (path.Name, path.Beginning(100)))]),
                        LandscapeCharts.OverSteps(
                            "Distance to the minimum at κ = 100", "‖x‖",
                            [.. paths.Select(path => (path.Name, (IReadOnlyList<double>)path.Run.DistancesTo([0, 0])))]),
                    ],
                    Tables = [Table(pathTable)],
                },
            ],

            // From the study's own condition numbers alone: one that the user adds must not decide about a tutorial.
            Claims = [.. ConditionNumberClaims.Of([.. entries.Where(entry => Kappas.Contains(entry.Kappa))], paths)],
        };
    }

    private static LineChart StepsChart(double[] kappas, ConditionEntry[] entries) => new()
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
            .. WithTheory.Select(optimizer => new Curve(
                $"{optimizer}, theory", kappas, [.. kappas.Select(kappa => Theory(kappa, optimizer))])
            {
                Style = CurveStyle.Dashed,
            }),
        ],
    };

    internal static int? StepsOf(ConditionEntry[] entries, double kappa, string optimizer) =>
        entries.First(entry => entry.Kappa == kappa && entry.Optimizer == optimizer).Steps;

    private static string ReadDoubleRoot(ConditionEntry[] entries)
    {
        ConditionEntry largest = entries.Last(entry => entry is { Optimizer: "momentum", Steps: not null });
        return "At its best tuning the characteristic polynomial of the heavy ball has a double root ρ, so that the error falls as t · ρᵗ "
            + $"and not as ρᵗ: at κ = {Number(largest.Kappa)} momentum needs {Of(largest.Steps)} steps, where ρᵗ alone would need "
            + $"{Theory(largest.Kappa, "momentum"):F0}. The same holds for Nesterov.";
    }

    private static StudyTable RateTable(ConditionEntry[] entries) => new(
        "rates",
        "Factor by which a step shrinks the error, in the long run",
        ["condition_number", "optimizer", "measured_rate", "theory_rate"],
        [
            .. entries.Where(entry => WithTheory.Contains(entry.Optimizer))
                .Select(entry => (object?[])[entry.Kappa, entry.Optimizer, entry.Rate, TheoryRate(entry.Kappa, entry.Optimizer)]),
        ]);

    private static ConditionEntry Measure(double kappa, string optimizer)
    {
        double[] errors = Descend(kappa, optimizer).DistancesTo([0, 0]);
        return new ConditionEntry(kappa, optimizer, StepsTo(errors), ConvergenceRate.Estimate(errors));
    }

    /// <summary>The one rule by which this study counts steps; null if the run ends before.</summary>
    internal static int? StepsTo(double[] errors) =>
        Array.FindIndex(errors, error => error <= Reduction * errors[0]) is >= 0 and int index ? index : null;

    private static DescentRun Descend(double kappa, string optimizer)
    {
        (double rate, double momentum) = BestTuning(kappa, optimizer);
        return Descend(kappa, optimizer, rate, momentum);
    }

    internal static (double Rate, double Momentum) BestTuning(double kappa, string optimizer)
    {
        double root = Math.Sqrt(kappa);
        double heavyBall = ConvergenceRate.OptimalHeavyBall(kappa);
        return optimizer switch
        {
            "momentum" => (4 / ((1 + root) * (1 + root)), heavyBall * heavyBall),
            "nesterov" => (1 / kappa, heavyBall),
            _ => (2 / (1 + kappa), 0.0),
        };
    }

    internal static DescentRun Descend(double kappa, string optimizer, double rate, double momentum) => LandscapeDescent.Run(
        LandscapeRegistry.Quadratic(kappa), Start, new DescentOptions
        {
            Optimizer = optimizer,
            LearningRate = new ConstantSchedule(rate),
            Momentum = momentum,
            MaximumSteps = MostSteps,
            Tolerance = Reduction, // ‖∇f‖ ≥ ‖x‖ here, so that the run goes on beyond the wanted distance
        });

    internal static double TheoryRate(double kappa, string optimizer) => optimizer switch
    {
        "momentum" => ConvergenceRate.OptimalHeavyBall(kappa),
        "nesterov" => ConvergenceRate.Nesterov(kappa),
        _ => ConvergenceRate.OptimalGradientDescent(kappa),
    };

    private static double Theory(double kappa, string optimizer) => ConvergenceRate.StepsFor(TheoryRate(kappa, optimizer), Reduction);

    internal static double Exponent(ConditionEntry[] entries, string optimizer)
    {
        ConditionEntry[] fitted =
            [.. entries.Where(entry => entry.Optimizer == optimizer && entry.Kappa >= FirstOfFit && entry.Steps > 0)];
        return LineFit.Exponent(
            [.. fitted.Select(entry => entry.Kappa)], [.. fitted.Select(entry => (double)entry.Steps!.Value)]);
    }

    // Over points on a contour line: there the valley is as long as descent sees it.
    internal static double MeanAngle(double kappa)
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
}

/// <summary>One method at one condition number.</summary>
/// <param name="Kappa">κ.</param>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Steps">Steps to a millionth of the distance; null if it never came there.</param>
/// <param name="Rate">Measured factor by which a step shrinks the error.</param>
internal sealed record ConditionEntry(double Kappa, string Optimizer, int? Steps, double? Rate);
