using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>Linear against quadratic convergence: how fast descent and Newton's method close in on a minimum.</summary>
internal sealed class QuadraticConvergenceStudy : INamedStudy
{
    private const double Start = 10;
    private const double LearningRate = 0.1;
    private const double Target = 0.01;

    public string Name => "quadratic-convergence";

    public string Description => "Steps to |x| < 0.01 on x² from 10, and why Newton's method gains digits twice as fast with every step.";

    public StudyOptions Accepts => StudyOptions.None;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Landscape square = LandscapeRegistry.Find("square");
        DescentRun descent = LandscapeDescent.Run(
            square, [Start], new DescentOptions { LearningRate = new ConstantSchedule(LearningRate), Tolerance = 0, MaximumSteps = 60 });
        DescentRun newton = LandscapeDescent.Run(square, [Start], new DescentOptions { Optimizer = "newton" });
        int? steps = StepsToTarget(descent);
        int? newtonSteps = StepsToTarget(newton);
        double theory = ConvergenceRate.StepsFor(1 - (2 * LearningRate), Target / Start);
        double deviation = descent.Points.Select((point, n) => Math.Abs((point[0] / (Start * Math.Pow(0.8, n))) - 1)).Max();

        Landscape quartic = LandscapeRegistry.Find("quartic");
        double[] slow = Errors(quartic, "sgd");
        double[] fast = Errors(quartic, "newton");
        double[] ratios =
        [
            .. fast.Zip(fast.Skip(1)).Where(pair => pair.Second > 1e-13).Select(pair => pair.Second / (pair.First * pair.First)),
        ];
        double? slowRate = ConvergenceRate.Estimate(slow);

        var square20 = new StudyTable(
            "square",
            "x² from 10 with η = 0.1",
            ["step", "x", "theory"],
            [.. Enumerable.Range(0, 41).Select(n => (object?[])[n, descent.Points[n][0], Start * Math.Pow(0.8, n)])]);
        var errors = new StudyTable(
            "newton_errors",
            "Distance to (1, 1) on the quartic from (1.4, 1.2)",
            ["step", "newton", "sgd"],
            [.. fast.Select((error, n) => (object?[])[n, error, n < slow.Length ? slow[n] : null])]);
        string first = $"On x² from 10 with η = 0.1 descent needs {Count(steps)} steps to |x| < 0.01; theory says more than {theory:F2}. "
            + $"Newton's method needs {Count(newtonSteps)}.";
        string second = $"On the quartic the error of Newton's method is at most {Number(ratios.Max())} times the square of the one "
            + "before, "
            + $"that of descent {Number(slowRate ?? double.NaN)} times the one before.";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Linear and quadratic convergence",
            Summary = $"{first} {second}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [square20, errors],
            Sections =
            [
                new ReportSection("Descent shrinks the error by the same factor in every step", first)
                {
                    Charts =
                    [
                        LandscapeCharts.OverSteps(
                            "|x| on x²", "|x|", [("descent", descent.DistancesTo([0])), ("Newton", newton.DistancesTo([0]))]),
                    ],
                    Tables = [Table(square20)],
                },
                new ReportSection("Newton's method squares it", second)
                {
                    Charts =
                    [
                        LandscapeCharts.OverSteps(
                            "Distance to (1, 1)", "distance", [("descent", slow[..Math.Min(60, slow.Length)]), ("Newton", fast)]),
                    ],
                    Tables = [Table(errors)],
                },
            ],
            Claims =
            [
                Holds(
                    "002",
                    "Exercise 3: x² from 10 with η = 0.1 needs at least 31 iterations to |x| < 0.01",
                    $"{Count(steps)} steps; |x| is {Number(descent.Points[30][0])} after 30 and {Number(descent.Points[31][0])} after 31",
                    steps == 31),
                Holds(
                    "002",
                    "x_n = 0.8ⁿ · 10",
                    $"largest relative deviation over {descent.Steps} steps {Number(deviation)}, the rounding of single precision",
                    deviation < 1e-5),
                Holds(
                    "002",
                    "Linear convergence: each step reduces the error by a constant factor",
                    $"measured factor {Number(ConvergenceRate.Estimate(descent.DistancesTo([0])) ?? double.NaN)}",
                    Near(ConvergenceRate.Estimate(descent.DistancesTo([0])) ?? 0, 0.8, 1e-6)),
                Holds("002", "Newton's method converges in 1 step for a quadratic", $"{newton.Steps} step", newton.Steps == 1),
                Holds(
                    "001",
                    "Newton's method converges quadratically, descent linearly",
                    $"error over the squared error before: {string.Join(", ", ratios.Select(Number))}; descent: factor "
                        + $"{Number(slowRate ?? double.NaN)}",
                    ratios.Length >= 3 && ratios.Max() < 10 && slowRate is > 0.5 and < 1),
            ],
        };
    }

    private static int? StepsToTarget(DescentRun run) => run.FirstStepWhere(point => Math.Abs(point[0]) < Target);

    private static double[] Errors(Landscape quartic, string optimizer) => LandscapeDescent.Run(
        quartic, [1.4, 1.2], new DescentOptions { Optimizer = optimizer, LearningRate = new ConstantSchedule(0.01) }).DistancesTo([1, 1]);
}
