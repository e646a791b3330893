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

/// <summary>Learning rates on ‖x‖²: crawling, converging, oscillating, diverging, by |1 − 2η|.</summary>
internal sealed class LearningRateStudy : INamedStudy
{
    private const int Steps = 100;
    private const double There = 1e-6; // the distance that counts as arrived
    private const double TutorialBound = 1000; // above it the tutorial's code prints DIVERGED

    private static readonly double[] Rates = [0.0001, 0.01, 0.1, 0.5, 0.9, 1, 1.1];

    public string Name => "learning-rates";

    public string Description => "‖x‖² from (5, 5) with learning rates from 0.0001 to 1.1: crawls, converges, oscillates, diverges.";

    public StudyOptions Accepts => StudyOptions.LearningRate;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Entry[] entries = [.. Rates.Append(settings.LearningRate ?? 0.1).Distinct().Order().Select(Measure)];
        Entry[] sweep = [.. Enumerable.Range(1, 119).Select(i => Measure(i / 100.0))];
        var table = new StudyTable(
            "learning_rates",
            "‖x‖² from (5, 5), 100 steps",
            ["learning_rate", "behaviour", "steps", "distance", "measured_rate", "theory"],
            [
                .. entries.Select(entry => (object?[])
                    [entry.Rate, entry.Behaviour, entry.Run.Steps, entry.Distance, entry.Measured, entry.Theory]),
            ]);
        var sweepTable = new StudyTable(
            "sweep",
            "Measured rate against |1 − 2η|",
            ["learning_rate", "measured_rate", "theory"],
            [.. sweep.Select(entry => (object?[])[entry.Rate, entry.Measured, entry.Theory])],
            IsPrinted: false);
        Entry[] told = [.. sweep.Where(entry => entry.Measured is not null)];
        double worst = told.Max(entry => Math.Abs(entry.Measured!.Value - entry.Theory));
        string reading = string.Join("; ", entries.Select(entry => $"η = {Number(entry.Rate)} {entry.Behaviour}")) + ".";
        string rates = $"A step multiplies x by 1 − 2η: over {told.Length} learning rates the measured factor differs from |1 − 2η| by "
            + $"at most {Number(worst)}.";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Learning rates on ‖x‖²",
            Summary = $"{reading} {rates}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table, sweepTable],
            Sections =
            [
                new ReportSection("From crawling to diverging", reading)
                {
                    Charts =
                    [
                        LandscapeCharts.OverSteps(
                            "Distance to the minimum", "‖x‖", [.. entries.Select(entry => ($"η = {Number(entry.Rate)}", entry.Errors))]),
                        LandscapeCharts.Contour(
                            LandscapeRegistry.Find("sphere"), "Paths", [],
                            [.. entries.Where(entry => entry.Rate <= 1).Select(entry => ($"η = {Number(entry.Rate)}", entry.Run))]),
                    ],
                    Tables = [Table(table)],
                },
                new ReportSection("The rate is |1 − 2η|", rates)
                {
                    Charts =
                    [
                        new LineChart
                        {
                            Title = "Factor by which a step changes the error",
                            Description = "Measured and theoretical convergence rate over the learning rate.",
                            X = new Axis("learning rate η"),
                            Y = new Axis("factor a step"),
                            Curves =
                            [
                                new Curve(
                                    "measured", [.. told.Select(entry => entry.Rate)], [.. told.Select(entry => entry.Measured!.Value)]),
                                new Curve("|1 − 2η|", [.. sweep.Select(entry => entry.Rate)], [.. sweep.Select(entry => entry.Theory)])
                                {
                                    Style = CurveStyle.Dashed,
                                },
                            ],
                        },
                    ],
                },
            ],
            Claims = [.. Claims(sweep), .. Advice()],
        };
    }

    private static IEnumerable<SeedClaim> Claims(Entry[] sweep)
    {
        Entry Of(double rate) => Measure(rate);
        (double Rate, int? Steps)[] inside =
        [
            .. sweep.Where(entry => entry.Rate < 1).Select(entry => (entry.Rate, LongRun(entry.Rate).FirstStepWhere(IsThere))),
        ];
        Entry[] outside = [.. sweep.Where(entry => entry.Rate > 1)];
        double worst = sweep.Where(entry => entry.Measured is > 0).Max(entry => Math.Abs(entry.Measured!.Value - entry.Theory));
        bool grows = outside.All(entry => entry.Errors.Zip(entry.Errors.Skip(1)).All(pair => pair.Second > pair.First));
        yield return Holds(
            "002",
            "Descent on x² converges for 0 < η < 1 and diverges above 1",
            $"for each η of 0.01, 0.02 … 0.99 the distance falls below {Number(There)}, after at most {inside.Max(entry => entry.Steps)} steps; for "
                + $"each η of 1.01 … 1.19 it grows in every step; the measured factor is |1 − 2η| within {Number(worst)}",
            inside.All(entry => entry.Steps is not null) && grows && worst < 1e-4);
        yield return Holds(
            "002",
            "At η = 0.5 it converges in one step",
            $"{Of(0.5).Run.Steps} step, distance {Of(0.5).Distance}",
            Of(0.5).Run.Steps == 1);
        Entry tooHigh = Of(1);
        yield return Holds(
            "002",
            "Too high (η = 1.0): overshoots minima, loss oscillates or diverges",
            $"on ‖x‖² it jumps between (5, 5) and (−5, −5) for ever: distance {Number(tooHigh.Distance)} after {tooHigh.Run.Steps} steps",
            tooHigh.Run.Points.Select((point, n) => point[0] == (n % 2 == 0 ? 5 : -5)).All(same => same));
        Entry tooLow = Of(0.0001);
        yield return Holds(
            "002",
            "Too low (η = 0.0001): crawls toward the minimum",
            $"{Percent(tooLow.Distance / (5 * Math.Sqrt(2)))} of the distance is left after 100 steps",
            tooLow.Distance > 0.97 * 5 * Math.Sqrt(2));
        Entry right = Of(0.01);
        yield return Holds(
            "002",
            "Just right (η = 0.01): steady progress, smooth convergence",
            $"every step shrinks the error by {Number(right.Measured ?? double.NaN)}; here η = 0.1 is ten times as fast",
            right.Run.Values.Zip(right.Run.Values.Skip(1)).All(pair => pair.Second < pair.First));
        yield return Fails(
            "002",
            "The code prints “Converged” for η = 0.01 after 100 steps",
            $"it stands at {Point(right.Run.Points[^1])} with ‖∇f‖ = {Number(right.Run.GradientNorms[^1])}",
            right.Run.Outcome == DescentOutcome.StepLimit && right.Run.GradientNorms[^1] > 1,
            "The code calls everything converged that is not above 1000; 5 · 0.98¹⁰⁰ = 0.663 is where the step limit stopped it.");
        foreach (double rate in new[] { 0.1, 0.5, 0.9 })
        {
            Entry entry = Of(rate);
            yield return Holds(
                "002",
                $"η = {Number(rate)} converges from (5, 5) within 100 steps",
                $"{entry.Behaviour}{(entry.Run.Steps > 1 ? $" in {entry.Run.Steps} steps" : "")}",
                entry.Run.Outcome == DescentOutcome.Converged);
        }

        DescentRun diverging = Descend(1.1);
        yield return Holds(
            "002",
            "η = 1.1 diverges",
            $"|x| is above 1000 after {Count(diverging.FirstStepWhere(point => Math.Abs(point[0]) > TutorialBound))} steps",
            diverging.FirstStepWhere(point => Math.Abs(point[0]) > TutorialBound) is <= 100);
        DescentRun example = LandscapeDescent.Run(
            LandscapeRegistry.Find("square"), [5],
            new DescentOptions { LearningRate = new ConstantSchedule(0.1), MaximumSteps = 20, Tolerance = 0 });
        yield return Holds(
            "001",
            "x² from 5 with η = 0.1 should be near 0 after 20 steps",
            $"{example.Points[^1][0]:F4} = 5 · 0.8²⁰, {Percent(example.Points[^1][0] / 5)} of the start",
            Near(example.Points[^1][0], 5 * Math.Pow(0.8, 20), 1e-6));
        yield return Holds(
            "001",
            "Too small: slow; too large: overshoots, oscillates, may diverge; just right: steady decrease",
            $"rates {Number(Of(0.01).Measured ?? 0)} at η = 0.01, {Number(Of(0.1).Measured ?? 0)} at 0.1; at 0.9 the sign of x changes "
                + "in every step, at 1.1 it diverges",
            Of(0.01).Measured > Of(0.1).Measured
                && Of(0.9).Run.Points.Zip(Of(0.9).Run.Points.Skip(1)).All(pair => pair.First[0] * pair.Second[0] <= 0));
    }

    private static IEnumerable<SeedClaim> Advice()
    {
        Entry oscillating = Measure(1);
        Entry reduced = Measure(0.9);
        Entry slow = Measure(0.0001);
        Entry raised = Measure(0.1);
        foreach (string seed in new[] { "001", "002" })
        {
            yield return Holds(
                seed,
                "Loss oscillates: the learning rate is too high, reduce it",
                $"at η = 1 the loss never falls; η = 0.9 converges in {reduced.Run.Steps} steps",
                oscillating.Run.Values[^1] == oscillating.Run.Values[0] && reduced.Run.Outcome == DescentOutcome.Converged);
            yield return Holds(
                seed,
                "Very slow progress: the learning rate is too small, increase it",
                $"at η = 0.0001 {Percent(slow.Distance / slow.Errors[0])} of the distance is left after {Steps} steps; η = 0.1 "
                    + $"converges in {raised.Run.Steps}",
                slow.Distance > 0.9 * slow.Errors[0] && raised.Run.Outcome == DescentOutcome.Converged);
        }

        Landscape quartic = LandscapeRegistry.Find("quartic");
        DescentRun exploding = LandscapeDescent.Run(quartic, [2, 2], new DescentOptions { LearningRate = new ConstantSchedule(0.2) });
        DescentRun calm = LandscapeDescent.Run(quartic, [2, 2], new DescentOptions { LearningRate = new ConstantSchedule(0.02) });
        yield return Holds(
            "001",
            "Loss NaN: the learning rate is too high, reduce it",
            $"on the quartic from (2, 2) descent leaves all bounds after {exploding.Steps} steps at η = 0.2 and converges in "
                + $"{calm.Steps} at η = 0.02",
            exploding.Outcome == DescentOutcome.Diverged && calm.Outcome == DescentOutcome.Converged);
        DescentRun clipped = LandscapeDescent.Run(
            quartic, [2, 2], new DescentOptions { LearningRate = new ConstantSchedule(0.2), ClipNorm = 1 });
        foreach (string seed in new[] { "001", "002" })
        {
            yield return Holds(
                seed,
                "Gradient clipping prevents explosion",
                $"at η = 0.2 with ‖g‖ ≤ 1 the same descent never rises above its start; after {clipped.Steps} steps: {Outcome(clipped)}",
                clipped.Outcome != DescentOutcome.Diverged && clipped.Values.Max() == clipped.Values[0]);
        }
    }

    private static bool IsThere(double[] point) => Math.Sqrt(point.Sum(coordinate => coordinate * coordinate)) < There;

    private static DescentRun LongRun(double rate) => LandscapeDescent.Run(
        LandscapeRegistry.Find("sphere"), [5, 5],
        new DescentOptions { LearningRate = new ConstantSchedule(rate), MaximumSteps = 2000, Tolerance = There });

    private static Entry Measure(double rate)
    {
        DescentRun run = Descend(rate);
        double[] errors = run.DistancesTo([0, 0]);
        double theory = ConvergenceRate.GradientDescent(rate, 2, 2);
        string behaviour = run.Outcome switch
        {
            DescentOutcome.Converged when run.Steps == 1 => "arrives in one step",
            DescentOutcome.Converged => "converges",
            DescentOutcome.Diverged => "diverges",
            _ when theory > 1 => "diverges",
            _ when theory == 1 => "oscillates",
            _ when theory > 0.99 => "crawls",
            _ => "is on its way",
        };
        return new Entry(rate, run, errors, ConvergenceRate.Estimate(errors, 1e-30), theory, behaviour);
    }

    private static DescentRun Descend(double rate) => LandscapeDescent.Run(
        LandscapeRegistry.Find("sphere"), [5, 5],
        new DescentOptions { LearningRate = new ConstantSchedule(rate), MaximumSteps = Steps, DivergenceBound = 1e12 });

    private sealed record Entry(double Rate, DescentRun Run, double[] Errors, double? Measured, double Theory, string Behaviour)
    {
        public double Distance => Errors[^1];
    }
}
