using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>What leaves a saddle and what does not: descent, noise, momentum, a perturbation, second order.</summary>
internal sealed class SaddleEscapeStudy : INamedStudy
{
    /// <summary>Below this height the quartic's saddle, at 1, is left behind; its minima lie at −1.</summary>
    internal const double EscapeHeight = -0.5;

    internal const double LearningRate = 0.01;

    private const int MostNoisySteps = 1500;
    private const int Repetitions = 20;

    private static readonly double[] Sigmas = [1e-6, 1e-4, 1e-2, 0.1, 1];
    private static readonly double[] OnManifold = [0.5, -0.5];
    private static readonly double[] BesideManifold = [0.5, -0.4999];

    public string Name => "saddle-escape";

    public string Description => "x⁴ + y⁴ − 4xy + 1 from (0.5, −0.5): descent never leaves the saddle; noise or a kick does.";

    public StudyOptions Accepts => StudyOptions.Noise;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        SaddleEscapeFacts facts = SaddleEscapeFacts.Measure(settings.Seed);
        double[] sigmas = [.. Sigmas.Append(settings.Noise ?? Sigmas[0]).Where(sigma => sigma > 0).Distinct().Order()];
        NoiseEntry[] noise = [.. sigmas.Select(sigma => MeasureNoise(sigma, settings.Seed))];
        var noiseTable = new StudyTable(
            "noise",
            $"Steps to escape from (0.5, −0.5) with noise, η = {LearningRate}, {Repetitions} seeds, at most {MostNoisySteps} steps",
            ["sigma", "escaped", "diverged", "median", "fewest", "most", "towards_1_1"],
            [
                .. noise.Select(entry => (object?[])
                    [entry.Sigma, entry.Steps.Length, entry.Diverged, entry.Median, entry.Fewest, entry.Most, entry.TowardsPositive]),
            ]);
        var methodTable = new StudyTable(
            "methods",
            "Without noise: from (0.5, −0.5) on the stable manifold, and when a run from (0.5, −0.4999) beside it escapes",
            ["method", "outcome", "steps", "end_value", "escape_from_beside_steps"],
            [
                .. Methods().Select(entry => (object?[])
                    [entry.Name, Outcome(entry.On), entry.On.Steps, entry.On.Values[^1], EscapeStep(entry.Beside)]),
            ]);
        StudyTable plateau = facts.PlateauTable();
        string stuck = $"From (0.5, −0.5) plain descent runs into the saddle at (0, 0): after {facts.Long.Steps:N0} steps it stands "
            + $"{facts.EndOfLong}, "
            + $"with f = {Number(facts.Long.Values[^1])}. f(x, y) = f(−y, −x), so ∇f on the line y = −x points along the line and no "
            + "step leaves it.";
        string noisy = "With noise on the gradient it escapes: " + string.Join(", ", noise.Select(entry => entry.InWords)) + ". A tenfold σ saves about the same number of steps each time, because the distance "
            + $"from the line grows by a factor of 1.04 a step: ln 10 / ln 1.04 = {Math.Log(10) / Math.Log(1.04):F0}.";
        string methods = "Momentum, Nesterov and the adaptive rules keep to the line as well. A single kick of 0.001 is enough, and "
            + "from (0.5, −0.4999) "
            + $"descent needs {Count(EscapeStep(facts.BesideSgd))} steps, momentum {Count(EscapeStep(facts.BesideMomentum))}.";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Leaving a saddle point",
            Summary = $"{stuck} {noisy}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [noiseTable, methodTable, plateau],
            Sections =
            [
                new ReportSection("Descent on the stable manifold never leaves", stuck)
                {
                    Charts =
                    [
                        LandscapeCharts.Contour(
                            Quartic, "Without and with noise", CriticalPointSearch.Find(Quartic),
                            [
                                // What lies under another path comes first: the kick acts where descent has come to rest.
                                ("σ = 0.1", Noisy(0.1, settings.Seed, 0)), ("kick of 0.001", facts.Kicked), ("descent", facts.Long),
                            ]),
                        LandscapeCharts.OverSteps(
                            "Height", "f",
                            [
                                ("descent", [.. facts.Long.Values.Take(MostNoisySteps)]),
                                .. noise.Select(entry => ($"σ = {Number(entry.Sigma)}", entry.First.Values)),
                            ],
                            isLogarithmic: false),
                    ],
                },
                new ReportSection("Noise finds the way down", noisy)
                {
                    Charts = [NoiseChart(noise)],
                    Tables = [Table(noiseTable)],
                },
                new ReportSection("Momentum, a kick, second order", methods) { Tables = [Table(methodTable)] },
                new ReportSection("A plateau: raise or lower the learning rate?", facts.PlateauReading()) { Tables = [Table(plateau)] },
            ],
            Claims = [.. SaddleEscapeClaims.Of(facts, noise.First(entry => entry.Sigma == 0.1).Steps.Length, Repetitions)],
        };
    }

    internal static Landscape Quartic { get; } = LandscapeRegistry.Find("quartic");

    internal static int? EscapeStep(DescentRun run)
    {
        int step = run.Values.Select((value, index) => value < EscapeHeight ? index : -1).FirstOrDefault(index => index >= 0, -1);
        return step < 0 ? null : step;
    }

    internal static DescentRun Descend(double[] start, DescentOptions options) =>
        LandscapeDescent.Run(Quartic, start, options with { LearningRate = new ConstantSchedule(LearningRate) });

    private static DescentRun Noisy(double sigma, ulong seed, long sample) => Descend(
        OnManifold, new DescentOptions { Noise = sigma, Seed = seed, Sample = sample, MaximumSteps = MostNoisySteps, Tolerance = 0 });

    private static NoiseEntry MeasureNoise(double sigma, ulong seed)
    {
        DescentRun[] runs = [.. Enumerable.Range(0, Repetitions).Select(sample => Noisy(sigma, seed, sample))];
        int[] steps = [.. runs.Where(run => run.Outcome != DescentOutcome.Diverged).Select(EscapeStep).OfType<int>().Order()];
        DescentRun[] whole = [.. runs.Where(run => run.Outcome != DescentOutcome.Diverged)];
        return new NoiseEntry(sigma, steps, runs[0], whole.Count(run => run.Points[^1][0] > 0.5), runs.Length - whole.Length);
    }

    private static IEnumerable<(string Name, DescentRun On, DescentRun Beside)> Methods()
    {
        foreach (string optimizer in DescentMethods.Names)
        {
            var options = new DescentOptions { Optimizer = optimizer, MaximumSteps = 5000 };
            yield return (optimizer, Descend(OnManifold, options), Descend(BesideManifold, options));
        }

        var kick = new DescentOptions { Perturbation = 1e-3, MaximumSteps = 5000 };
        yield return ("sgd, one kick of 0.001", Descend(OnManifold, kick), Descend(BesideManifold, kick));
    }

    private static LineChart NoiseChart(NoiseEntry[] noise) => new()
    {
        Title = "Steps to escape",
        Description = "Median, fewest and most steps to leave the saddle over the noise scale.",
        X = new Axis("noise σ") { IsLogarithmic = true },
        Y = new Axis("steps"),
        Curves =
        [
            SigmaCurve("median", noise, entry => entry.Median, CurveStyle.LineAndMarkers),
            SigmaCurve("fewest", noise, entry => entry.Fewest, CurveStyle.Dashed),
            SigmaCurve("most", noise, entry => entry.Most, CurveStyle.Dashed),
        ],
    };

    private static Curve SigmaCurve(string name, NoiseEntry[] noise, Func<NoiseEntry, int?> steps, CurveStyle style) =>
        new(name, [.. noise.Select(entry => entry.Sigma)], [.. noise.Select(entry => steps(entry) ?? double.NaN)]) { Style = style };

    private sealed record NoiseEntry(double Sigma, int[] Steps, DescentRun First, int TowardsPositive, int Diverged)
    {
        public int? Median => Steps.Length == 0 ? null : Steps[Steps.Length / 2];

        public int? Fewest => Steps.Length == 0 ? null : Steps[0];

        public int? Most => Steps.Length == 0 ? null : Steps[^1];

        public string InWords => (Median is { } median
            ? $"σ = {Number(Sigma)} in {median} steps ({Steps.Length} of {Repetitions}"
            : $"σ = {Number(Sigma)} never (0 of {Repetitions}") + (Diverged > 0 ? $", {Diverged} diverged)" : ")");
    }
}
