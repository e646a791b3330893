using DistSgd.Learning;
using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using DistSgd.Studies.Landscapes.Claims;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes;

/// <summary>One landscape: its critical points, whether it is convex, and where which optimizer gets in how many steps.</summary>
internal sealed class FunctionStudy(Landscape landscape) : INamedStudy
{
    private const int DefaultSteps = 2000;
    private const double DefaultMomentum = 0.9;
    private const int MostPrinted = 20;
    private const int MostRowsOfPath = 500;

    public string Name => landscape.Name;

    public string Description => $"f = {landscape.Formula}: {landscape.About}.";

    public StudyOptions Accepts => StudyOptions.Starts | StudyOptions.Optimizers | StudyOptions.LearningRate | StudyOptions.Momentum
        | StudyOptions.Noise | StudyOptions.Steps | (IsQuadratic ? StudyOptions.ConditionNumber : StudyOptions.None);

    private bool IsQuadratic => landscape.Name == "quadratic";

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Landscape function = IsQuadratic && settings.ConditionNumber is double kappa ? LandscapeRegistry.Quadratic(kappa) : landscape;
        IReadOnlyList<CriticalPoint> points = CriticalPointSearch.Find(function);
        ConvexityResult convexity = ConvexityCheck.Check(function, settings.Seed);
        Descent[] descents = Descend(function, settings);
        StudyTable pointTable = PointTable(function, points);
        StudyTable descentTable = DescentTable(function, descents, settings);
        string pointReading = ReadPoints(points);
        string convexityReading = ReadConvexity(convexity);
        string descentReading = ReadDescents(descents);
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = $"Landscape {Name}: {function.Formula}",
            Summary = $"{pointReading} {convexityReading} {descentReading}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [pointTable, descentTable, PathTable(function, descents)],
            Sections =
            [
                new ReportSection("The landscape", $"f = {function.Formula}: {function.About}.")
                {
                    Charts = function.Dimension == 1
                        ? [LandscapeCharts.Profile(function, points, [])]
                        : [
                            LandscapeCharts.Contour(function, "Lines of equal height, arrows downhill", points, []),
                            LandscapeCharts.Surface(function, []),
                        ],
                },
                new ReportSection("Critical points", pointReading) { Tables = [Table(pointTable)] },
                new ReportSection("Convexity", convexityReading),
                .. DescentSections(function, points, descents, descentTable, descentReading),
            ],
            Claims = FunctionClaims.Of(Name),
        };
    }

    private static Descent[] Descend(Landscape function, StudySettings settings)
    {
        IReadOnlyList<string> optimizers = settings.Optimizers.Count > 0 ? settings.Optimizers : DescentMethods.Names;
        RequireUse(optimizers, settings);
        IReadOnlyList<double[]> starts = settings.Starts.Count > 0 ? settings.Starts : function.Starts;
        long sample = 0;
        return
        [
            .. from start in starts
               from optimizer in optimizers
               let rate = settings.LearningRate ?? DefaultRate(function, optimizer)
               select new Descent(optimizer, rate, start, LandscapeDescent.Run(function, start, new DescentOptions
               {
                   Optimizer = optimizer,
                   LearningRate = new ConstantSchedule(rate),
                   Momentum = settings.Momentum ?? DefaultMomentum,
                   Noise = settings.Noise ?? 0,
                   Seed = settings.Seed,
                   Sample = sample++,
                   MaximumSteps = settings.Steps ?? DefaultSteps,
               })),
        ];
    }

    /// <summary>A setting that none of the optimizers looks at would be a wish that nobody heard.</summary>
    private static void RequireUse(IReadOnlyList<string> optimizers, StudySettings settings)
    {
        // An unknown name is told of where it is looked up.
        if (!optimizers.All(DescentMethods.Names.Contains))
        {
            return;
        }

        if (settings.LearningRate is not null && !optimizers.Any(UsesRate))
        {
            throw new InputException($"--learning-rate: no use to {Join([.. optimizers])}; give it with {Join([.. DescentMethods.FirstOrder])}.");
        }

        if (settings.Momentum is not null && !optimizers.Any(DescentMethods.WithMomentum.Contains))
        {
            throw new InputException($"--momentum: no use to {Join([.. optimizers])}; give it with {Join([.. DescentMethods.WithMomentum])}.");
        }
    }

    // The adaptive rules take steps of about η whatever the gradient, so that their η goes with the size of the box.
    private static double DefaultRate(Landscape function, string optimizer)
    {
        double width = function.Domain.Max(interval => interval.Width);
        return optimizer switch
        {
            "adagrad" => 0.05 * width,
            "rmsprop" => 0.001 * width,
            "adam" => 0.01 * width,
            _ => function.LearningRate,
        };
    }

    private static StudyTable PointTable(Landscape function, IReadOnlyList<CriticalPoint> points)
    {
        string[] eigenvalues = [.. Enumerable.Range(1, function.Dimension).Select(i => $"eigenvalue_{i}")];
        return new StudyTable(
            "critical_points",
            "Critical points in the box",
            [.. Coordinates(function.Dimension), "value", "gradient_norm", .. eigenvalues, "kind"],
            [
                .. points.Select(point => (object?[])
                [
                    .. point.Point.Select(coordinate => (object?)coordinate), point.Value, point.GradientNorm,
                    .. point.Eigenvalues.Select(value => (object?)value), Kind(point.Kind),
                ]),
            ],
            points.Count <= MostPrinted);
    }

    private static StudyTable DescentTable(Landscape function, Descent[] descents, StudySettings settings)
    {
        bool hasTheory = QuadraticRates.Knows(function);
        return new StudyTable(
            "descents",
            "Where the optimizers got",
            [
                "start", "optimizer", "learning_rate", "steps", "outcome", .. Coordinates(function.Dimension), "value", "gradient_norm",
                .. hasTheory ? ["measured_rate", "theory_rate"] : Array.Empty<string>(), "note",
            ],
            [
                .. descents.Select(descent => (object?[])
                [
                    Point(descent.Start), descent.Optimizer, UsesRate(descent.Optimizer) ? descent.LearningRate : null,
                    descent.Run.Steps, Outcome(descent.Run),
                    .. descent.Run.Points[^1].Select(coordinate => (object?)coordinate),
                    descent.Run.Values[^1], descent.Run.GradientNorms[^1],
                    .. hasTheory ? Rates(function, descent, settings) : [],
                    descent.Run.Notes.Count > 0 ? string.Join("; ", descent.Run.Notes) : null,
                ]),
            ]);
    }

    private static object?[] Rates(Landscape function, Descent descent, StudySettings settings) =>
    [
        QuadraticRates.Measured(function, descent.Run),
        settings.Noise > 0
            ? null
            : QuadraticRates.Theory(
                function, descent.Optimizer, descent.Start, descent.LearningRate, settings.Momentum ?? DefaultMomentum),
    ];

    private static StudyTable PathTable(Landscape function, Descent[] descents) => new(
        "paths",
        "The paths, thinned",
        ["start", "optimizer", "step", .. Coordinates(function.Dimension), "value", "gradient_norm"],
        [
            .. descents.SelectMany(descent => LandscapeCharts.Thin(descent.Run.Points.Count, MostRowsOfPath).Select(step => (object?[])
            [
                Point(descent.Start), descent.Optimizer, step,
                .. descent.Run.Points[step].Select(coordinate => (object?)coordinate),
                descent.Run.Values[step], descent.Run.GradientNorms[step],
            ])),
        ],
        IsPrinted: false);

    private static IEnumerable<ReportSection> DescentSections(
        Landscape function, IReadOnlyList<CriticalPoint> points, Descent[] descents, StudyTable table, string reading)
    {
        yield return new ReportSection("Optimizers", reading) { Tables = [Table(table)] };
        foreach (IGrouping<string, Descent> group in descents.GroupBy(descent => Point(descent.Start)))
        {
            (string Name, DescentRun Run)[] runs = [.. group.Select(descent => (descent.Optimizer, descent.Run))];
            yield return new ReportSection($"From {group.Key}", ReadQuickest(group.Key, [.. group]))
            {
                Charts =
                [
                    function.Dimension == 1
                        ? LandscapeCharts.Profile(function, points, runs)
                        : LandscapeCharts.Contour(function, $"Paths from {group.Key}", points, runs),
                    .. function.Dimension == 2 ? [LandscapeCharts.Surface(function, runs)] : Array.Empty<Chart>(),
                    LandscapeCharts.OverSteps(
                        "Norm of the gradient", "‖∇f‖", [.. runs.Select(entry => (entry.Name, entry.Run.GradientNorms))]),
                ],
            };
        }
    }

    private static string ReadPoints(IReadOnlyList<CriticalPoint> points)
    {
        if (points.Count == 0)
        {
            return "In its box no critical point was found.";
        }

        string counts = Join(
            [.. points.GroupBy(point => point.Kind).OrderBy(group => group.Key).Select(group => Counted(group.Count(), group.Key))]);
        CriticalPoint? lowest = points.FirstOrDefault(point => point.Kind == CriticalPointKind.Minimum);
        string best = lowest is null ? "" : $" The lowest minimum found has f = {Height(lowest.Value)}, at {Point(lowest.Point)}.";
        return $"In its box the function has {counts}.{best}";
    }

    private static string Counted(int count, CriticalPointKind kind) => (kind, count == 1) switch
    {
        (CriticalPointKind.Minimum, true) => "1 minimum",
        (CriticalPointKind.Minimum, false) => $"{count} minima",
        (CriticalPointKind.Maximum, true) => "1 maximum",
        (CriticalPointKind.Maximum, false) => $"{count} maxima",
        (CriticalPointKind.Saddle, true) => "1 saddle point",
        (CriticalPointKind.Saddle, false) => $"{count} saddle points",
        _ => count == 1 ? "1 degenerate point" : $"{count} degenerate points",
    };

    private static string ReadConvexity(ConvexityResult convexity) => convexity.IsConvex
        ? $"It is convex there as far as the grid shows: the smallest curvature is {Number(convexity.SmallestEigenvalue)}."
        : $"It is not convex: at {Point(convexity.SmallestAt)} a curvature is {Number(convexity.SmallestEigenvalue)}"
            + (convexity.Violation is { } chord
                ? $", and between {Point(chord.From)} and {Point(chord.To)} the graph rises {Number(chord.Excess)} above its chord."
                : ".");

    private static string ReadDescents(Descent[] descents)
    {
        string[] outcomes =
        [
            .. descents.GroupBy(descent => Outcome(descent.Run))
                .OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} ended “{group.Key}”"),
        ];
        return descents.Length == 1 ? $"The descent ended “{Outcome(descents[0].Run)}”." : $"Of {descents.Length} descents {Join(outcomes)}.";
    }

    private static string ReadQuickest(string start, Descent[] descents)
    {
        Descent[] arrived =
            [.. descents.Where(descent => descent.Run.Outcome == DescentOutcome.Converged).OrderBy(descent => descent.Run.Steps)];
        if (arrived.Length == 0)
        {
            return $"From {start} no optimizer came to rest in a minimum.";
        }

        Descent quickest = arrived[0];
        Descent? firstOrder = arrived.FirstOrDefault(descent => UsesRate(descent.Optimizer));
        string places = Join([.. arrived.Select(descent => End(descent.Run)).Distinct()]);
        string words = $"From {start} {arrived.Length} of {descents.Length} optimizers reach a minimum: {places}. "
            + $"The quickest was {quickest.Optimizer} with {Plural(quickest.Run.Steps)}";
        return firstOrder is null || firstOrder == quickest
            ? $"{words}."
            : $"{words}, of those that know gradients alone {firstOrder.Optimizer} with {Plural(firstOrder.Run.Steps)}.";
    }

    private static bool UsesRate(string optimizer) => DescentMethods.FirstOrder.Contains(optimizer);

    private static string Plural(int steps) => steps == 1 ? "1 step" : $"{steps} steps";

    private sealed record Descent(string Optimizer, double LearningRate, double[] Start, DescentRun Run);
}
