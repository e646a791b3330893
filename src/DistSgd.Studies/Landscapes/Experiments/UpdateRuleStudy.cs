using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Numerics.Memory;
using DistSgd.Reports;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>The tutorials' update rules, written out in double precision, beside the trainer's transforms on the same landscape.</summary>
internal sealed class UpdateRuleStudy : INamedStudy
{
    private const double LearningRate = 0.01;
    private const double Beta = 0.9;
    private const int Steps = 200;
    private const double SinglePrecision = 1e-5; // what the rounding of 200 steps adds up to, with room

    private const double TooFar = 1e6;

    private static readonly Landscape Quadratic = LandscapeRegistry.Quadratic(10);
    private static readonly double[] Start = [9, 4];

    public string Name => "update-rules";

    public string Description => "The tutorials' formulas for descent, momentum, Nesterov and clipping against the trainer's transforms.";

    public StudyOptions Accepts => StudyOptions.None;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        double sgd = Deviation("sgd", Sgd());
        double momentum = Deviation("momentum", HeavyBall());
        (double[][] lookAhead, double nesterov) = LookAhead();
        double[][] literal = LiteralNesterov();
        int? beyond = Array.FindIndex(literal, point => !(Norm(point) < TooFar)) is >= 0 and int step ? step : null;
        double clipValue = ClipDeviation(
            new OptimizerSettings { Kind = OptimizerKind.Sgd, ClipValue = 0.5 },
            gradient => [.. gradient.Select(element => Math.Clamp(element, -0.5, 0.5))]);
        double clipNorm = ClipDeviation(new OptimizerSettings { Kind = OptimizerKind.Sgd, ClipNorm = 2 }, ClippedByNorm);
        double[] adam = FirstAdamStep();
        var table = new StudyTable(
            "deviations",
            "Largest deviation of the trainer's single-precision transforms from the formulas",
            ["rule", "deviation"],
            [
                ["θ − ηg", sgd],
                ["v = βv + g, θ − ηv", momentum],
                ["Nesterov, gradient at θ − ηβv", nesterov],
                ["clip by value", clipValue],
                ["clip by norm", clipNorm],
            ]);
        string reading = $"Over {Steps} steps the trainer's transforms and the formulas differ by at most "
            + $"{Number(new[] { sgd, momentum, nesterov, clipValue, clipNorm }.Max())}, "
            + "the rounding of single precision.";
        string look = "With the gradient at θ − βv, as tutorial 001 writes it, the distance to the minimum is above a million after "
            + $"{Count(beyond)} steps; "
            + $"at θ − ηβv it is {Number(Norm(lookAhead[^1]))} after {Steps}.";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Update rules: formulas and transforms",
            Summary = $"{reading} {look}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table],
            Sections =
            [
                new ReportSection("The same rules", reading) { Tables = [Table(table)] },
                new ReportSection("Where Nesterov looks ahead", look)
                {
                    Charts =
                    [
                        LandscapeCharts.OverSteps(
                            "Distance to the minimum", "‖θ‖",
                            [
                                ("gradient at θ − ηβv", [.. lookAhead.Select(Norm)]),
                                ("gradient at θ − βv", [.. literal.Select(Norm).TakeWhile(norm => norm < TooFar)]),
                            ]),
                    ],
                },
            ],
            Claims =
            [
                Holds("000", "θ_new = θ_old − η∇L(θ_old)", $"the trainer's sgd differs by at most {Number(sgd)}", sgd < SinglePrecision),
                Holds("001", "Gradient descent: θ ← θ − η∇L", $"the trainer's sgd differs by at most {Number(sgd)}", sgd < SinglePrecision),
                Holds(
                    "001",
                    "Momentum: v = βv + ∇L, θ ← θ − ηv",
                    $"the trainer's momentum differs by at most {Number(momentum)}",
                    momentum < SinglePrecision),
                Holds(
                    "002",
                    "Momentum: v = βv + ∇L, θ ← θ − ηv",
                    $"the trainer's momentum differs by at most {Number(momentum)}",
                    momentum < SinglePrecision),
                Fails(
                    "001",
                    "Nesterov takes the gradient at θ − βv, “where momentum would take us”",
                    $"momentum would take us to θ − ηβv, and there the trainer's form agrees within {Number(nesterov)}; "
                        + $"with θ − βv at η = {LearningRate} the distance is above a million after {Count(beyond)} steps instead of "
                        + $"{Number(Norm(lookAhead[^1]))} after {Steps}",
                    nesterov < SinglePrecision && beyond is not null && Norm(lookAhead[^1]) < 1e-3,
                    "The momentum step from θ is θ − ηβv, because θ moves by ηv; θ − βv is 1/η times as far away and the same only for "
                        + "η = 1. "
                        + "On curvature λ the literal form multiplies v by β(1 − λ): by −8.1 a step for λ = 10, whatever η."),
                Holds(
                    "001",
                    "Clip by value: every element to [−c, c]",
                    $"the trainer's transform differs by at most {Number(clipValue)}",
                    clipValue < 1e-6),
                Holds(
                    "001",
                    "Clip by norm: g · c / ‖g‖ if ‖g‖ > c",
                    $"the trainer's transform differs by at most {Number(clipNorm)}",
                    clipNorm < 1e-6),
                Holds(
                    "002",
                    "Adam gives parameters with large gradients smaller learning rates, and those with small gradients larger ones",
                    $"gradients 100 and 0.01 give first steps of {Number(adam[0])} and {Number(adam[1])}: the second has "
                        + $"{adam[1] / adam[0] * 1e4:N0} times the learning rate",
                    Near(adam[1] / adam[0], 1, 1e-3)),
            ],
        };
    }

    private static double[][] Sgd()
    {
        double[] point = Start;
        return Walk(point, (theta, _) => Minus(theta, LearningRate, Quadratic.Gradient(theta)));
    }

    private static double[][] HeavyBall()
    {
        double[] v = [0, 0];
        return Walk(Start, (theta, _) =>
        {
            v = Plus(Quadratic.Gradient(theta), Beta, v);
            return Minus(theta, LearningRate, v);
        });
    }

    /// <summary>Nesterov by its look-ahead; its point minus ηβv is the point of the trainer's form.</summary>
    private static (double[][] Path, double Deviation) LookAhead()
    {
        double[] v = [0, 0];
        double[][] ahead = new double[Steps + 1][];
        ahead[0] = Start;
        double[][] path = Walk(Start, (theta, step) =>
        {
            v = Plus(Quadratic.Gradient(Minus(theta, LearningRate * Beta, v)), Beta, v);
            double[] next = Minus(theta, LearningRate, v);
            ahead[step + 1] = Minus(next, LearningRate * Beta, v);
            return next;
        });
        return (path, Deviation("nesterov", ahead));
    }

    private static double[][] LiteralNesterov()
    {
        double[] v = [0, 0];
        return Walk(Start, (theta, _) =>
        {
            v = Plus(Quadratic.Gradient(Minus(theta, Beta, v)), Beta, v);
            return Minus(theta, LearningRate, v);
        });
    }

    private static double Deviation(string optimizer, double[][] formula)
    {
        DescentRun run = LandscapeDescent.Run(Quadratic, Start, new DescentOptions
        {
            Optimizer = optimizer,
            LearningRate = new ConstantSchedule(LearningRate),
            Momentum = Beta,
            MaximumSteps = Steps,
            Tolerance = 0,
        });
        return run.Points.Zip(formula, (ours, stated) => Norm(Minus(ours, 1, stated))).Max();
    }

    /// <summary>The gradient that reaches the update, by the trainer's transforms and by the formula.</summary>
    private static double ClipDeviation(OptimizerSettings settings, Func<double[], double[]> formula)
    {
        double worst = 0;
        foreach (double[] gradient in new double[][] { [0.1, -0.2], [3, -4], [0.4, 7], [-1.2, 0.9] })
        {
            double[] step = OneStep(settings, gradient, learningRate: 1);
            worst = Math.Max(worst, Norm(Plus(step, 1, formula(gradient))));
        }

        return worst;
    }

    private static double[] FirstAdamStep() =>
        [.. OneStep(new OptimizerSettings { Kind = OptimizerKind.Adam }, [100, 0.01], LearningRate).Select(Math.Abs)];

    private static double[] OneStep(OptimizerSettings settings, double[] gradient, double learningRate)
    {
        var layout = new ParameterLayout(1, gradient.Length);
        GradientTransformChain chain = Optimizer.Build(settings);
        chain.Init(layout);
        var update = new AlignedVector(layout.Length);
        for (int i = 0; i < gradient.Length; i++)
        {
            update.Span[layout.Layers[0].WeightIndex(i, 0)] = (float)gradient[i];
        }

        chain.Update(new UpdateContext(0, 0, learningRate, Beta, Norm(gradient)), update, new AlignedVector(layout.Length));
        return [.. gradient.Select((_, i) => (double)update.Span[layout.Layers[0].WeightIndex(i, 0)])];
    }

    private static double[] ClippedByNorm(double[] gradient)
    {
        double norm = Norm(gradient);
        return norm > 2 ? [.. gradient.Select(element => element * 2 / norm)] : gradient;
    }

    private static double[][] Walk(double[] start, Func<double[], int, double[]> step)
    {
        var path = new double[Steps + 1][];
        path[0] = start;
        for (int t = 0; t < Steps; t++)
        {
            path[t + 1] = step(path[t], t);
        }

        return path;
    }

    private static double[] Plus(double[] a, double scale, double[] b) => [.. a.Select((element, i) => element + (scale * b[i]))];

    private static double[] Minus(double[] a, double scale, double[] b) => Plus(a, -scale, b);

    private static double Norm(double[] a) => Math.Sqrt(a.Sum(element => element * element));
}
