using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Numerics.Random;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>Where descent ends on Rastrigin's function, by where it starts.</summary>
internal sealed class MultiStartStudy : INamedStudy
{
    private const double LearningRate = 0.001;
    private const int CellsPerAxis = 41;
    private const int RandomStarts = 2000;
    private const double Same = 1e-2; // minima lie about 1 apart

    private static readonly Landscape Rastrigin = LandscapeRegistry.Find("rastrigin");

    public string Name => "multi-start";

    public string Description => "Rastrigin's function from many starts: how many minima, and how seldom the global one.";

    public StudyOptions Accepts => StudyOptions.Starts;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IReadOnlyList<CriticalPoint> critical = CriticalPointSearch.Find(Rastrigin);
        int minima = critical.Count(point => point.Kind == CriticalPointKind.Minimum);
        (double[] Start, DescentRun Run)[] tutorial = [.. Rastrigin.Starts.Select(start => (start, Descend(start)))];
        (double[] Start, DescentRun Run)[] shown = [.. tutorial, .. settings.Starts.Select(start => (start, Descend(start)))];
        GridField reached = Reached();
        double[] gridEnds = [.. reached.Values.SelectMany(row => row)];
        double[][] randomEnds = [.. RandomPoints(settings.Seed).Select(start => Descend(start).Points[^1])];
        int distinct = Distinct(randomEnds);
        double global = randomEnds.Count(IsGlobal) / (double)randomEnds.Length;
        double best = gridEnds.Count(value => value < Same) / (double)gridEnds.Length;

        var table = new StudyTable(
            "starts",
            "Descent with η = 0.001",
            ["start", "end_x", "end_y", "value", "steps", "outcome"],
            [
                .. shown.Select(entry => (object?[])
                [
                    Point(entry.Start), entry.Run.Points[^1][0], entry.Run.Points[^1][1], entry.Run.Values[^1],
                    entry.Run.Steps, Outcome(entry.Run),
                ]),
            ]);
        var counts = new StudyTable(
            "multi_start",
            "Many starts in [−5.12, 5.12]²",
            ["starts", "count", "distinct_minima", "share_global", "mean_value"],
            [
                [$"grid {CellsPerAxis} × {CellsPerAxis}", gridEnds.Length, null, best, gridEnds.Average()],
                ["random", randomEnds.Length, distinct, global, randomEnds.Average(Rastrigin.Value)],
            ]);
        string four = $"The tutorial's four starts end in {Distinct([.. tutorial.Select(entry => entry.Run.Points[^1])])} different "
            + "minima: "
            + string.Join(
                "; ", tutorial.Select(entry => $"{Point(entry.Start)} in {End(entry.Run)} with f = {Number(entry.Run.Values[^1])}"))
            + ".";
        string many = $"The box has {minima} minima. Of {RandomStarts} random starts {Percent(global)} reach the global one; together "
            + $"they find {distinct}.";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Many starts on a landscape of many minima",
            Summary = $"{four} {many}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table, counts],
            Sections =
            [
                new ReportSection("Different starts, different minima", four)
                {
                    Charts =
                    [
                        LandscapeCharts.Contour(
                            Rastrigin, "Paths", [], [.. shown.Select(entry => ($"from {Point(entry.Start)}", entry.Run))]),
                    ],
                    Tables = [Table(table)],
                },
                new ReportSection("The global minimum is one among many", many)
                {
                    Charts =
                    [
                        new HeatMap
                        {
                            Title = "Height of the minimum that descent reaches",
                            Description = "For every start of a grid the height at which descent ends: square basins.",
                            X = new Axis("x of the start"),
                            Y = new Axis("y of the start"),
                            Field = reached,
                            ValueLabel = "f at the end",
                        },
                    ],
                    Tables = [Table(counts)],
                },
            ],
            Claims = [.. Claims(tutorial, critical, minima, global)],
        };
    }

    /// <summary>Where descent from random starts ends, and where it began.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="starts">How many.</param>
    /// <returns>Heights of the ends and of the starts.</returns>
    internal static (double[] Ends, double[] Starts) Heights(ulong seed, int starts)
    {
        DescentRun[] runs = [.. RandomPoints(seed).Take(starts).Select(Descend)];
        return ([.. runs.Select(run => run.Values[^1])], [.. runs.Select(run => run.Values[0])]);
    }

    private static IEnumerable<SeedClaim> Claims(
        (double[] Start, DescentRun Run)[] tutorial, IReadOnlyList<CriticalPoint> critical, int minima, double global)
    {
        yield return Holds(
            "002",
            "Rastrigin's function has many local minima and its global minimum at (0, 0) with f = 0",
            $"{minima} minima in [−5.12, 5.12]²; the lowest is {Number(critical[0].Value)} at {Point(critical[0].Point)}",
            minima == 121 && Near(critical[0].Value, 0, 1e-12) && critical[0].Point.All(coordinate => Near(coordinate, 0, 1e-9)));
        int ends = Distinct([.. tutorial.Select(entry => entry.Run.Points[^1])]);
        yield return Holds(
            "002",
            "The starts (0.1, 0.1), (1.5, 1.5), (−0.5, 2) and (2.5, −1) land in different local minima",
            string.Join(", ", tutorial.Select(entry => $"{End(entry.Run)} with {Number(entry.Run.Values[^1])}")),
            ends == 4 && tutorial.All(entry => entry.Run.Outcome == DescentOutcome.Converged));
        yield return Holds(
            "003",
            "Gradient descent may find a local minimum that is not the global one",
            $"{Percent(1 - global)} of random starts miss the global minimum",
            global < 0.1);
    }

    private static DescentRun Descend(double[] start) =>
        LandscapeDescent.Run(Rastrigin, start, new DescentOptions { LearningRate = new ConstantSchedule(LearningRate) });

    private static GridField Reached()
    {
        double[] x = Rastrigin.Domain[0].Grid(CellsPerAxis);
        double[] y = Rastrigin.Domain[1].Grid(CellsPerAxis);
        return new GridField(x, y, [.. y.Select(ordinate => x.Select(abscissa => Descend([abscissa, ordinate]).Values[^1]).ToArray())]);
    }

    private static IEnumerable<double[]> RandomPoints(ulong seed)
    {
        var stream = new RandomStream(seed, StreamPurpose.Landscape, first: -3);
        return Enumerable.Range(0, RandomStarts).Select(_ => Rastrigin.Domain
            .Select(interval => interval.Minimum + (interval.Width * stream.NextDouble())).ToArray());
    }

    private static int Distinct(double[][] ends) =>
        ends.Select(end => (Math.Round(end[0] / Same / 10), Math.Round(end[1] / Same / 10))).Distinct().Count();

    private static bool IsGlobal(double[] end) => Math.Abs(end[0]) < Same && Math.Abs(end[1]) < Same;
}
