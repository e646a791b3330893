using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>How much noise, or which momentum, gets a descent over the hill between a local and the global minimum.</summary>
internal sealed class LocalMinimumEscapeStudy : INamedStudy
{
    private const double LearningRate = 0.05;
    private const int Steps = 500;
    private const int Repetitions = 60;

    private static readonly double[] Sigmas = [0.5, 1, 2, 3, 4, 6];
    private static readonly double[] Betas = [0, 0.5, 0.9, 0.95];
    private static readonly Landscape Risk = LandscapeRegistry.Find("x-cos-pi-x");

    public string Name => "local-minimum-escape";

    public string Description => "x cos πx from its local minimum: the probability that noise carries descent over the hill.";

    public StudyOptions Accepts => StudyOptions.Noise;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IReadOnlyList<CriticalPoint> points = CriticalPointSearch.Find(Risk);
        CriticalPoint global = points.First(point => point.Kind == CriticalPointKind.Minimum);
        CriticalPoint local = points.Last(point => point.Kind == CriticalPointKind.Minimum);
        CriticalPoint hill = points.First(point => point.Kind == CriticalPointKind.Maximum);
        double beyond = (hill.Point[0] + global.Point[0]) / 2; // past the top and downhill: counted as escaped
        double[] sigmas = [.. Sigmas.Append(settings.Noise ?? Sigmas[0]).Distinct().Order()];
        NoiseEntry[] noise = [.. sigmas.Select(sigma => MeasureNoise(sigma, [.. local.Point], beyond, settings.Seed))];
        (double Beta, DescentRun Run)[] momentum = [.. Betas.Select(beta => (beta, Roll(beta)))];

        var noiseTable = new StudyTable(
            "noise",
            $"Escapes within {Steps} steps at η = {LearningRate}, {Repetitions} seeds",
            ["sigma", "escaped", "diverged", "probability", "standard_error", "median"],
            [
                .. noise.Select(entry => (object?[])
                    [entry.Sigma, entry.Steps.Length, entry.Diverged, entry.Probability, entry.StandardError, entry.Median]),
            ]);
        var momentumTable = new StudyTable(
            "momentum",
            "Rolling from x = −0.9 without noise, η = 0.01",
            ["momentum", "end", "value", "outcome"],
            [.. momentum.Select(entry => (object?[])[entry.Beta, entry.Run.Points[^1][0], entry.Run.Values[^1], Outcome(entry.Run)])]);
        string reading = $"The local minimum at {local.Point[0]:F4} (f = {local.Value:F4}) is separated from the global one at "
            + $"{global.Point[0]:F4} (f = {global.Value:F4}) "
            + $"by a hill of height {hill.Value - local.Value:F4}. Within {Steps} steps noise carries descent over it with probability "
            + Probabilities(noise) + "." + (noise.Any(entry => entry.Diverged > 0) ? " Runs that diverged are in no probability." : "");
        string rolling = "Without noise a ball from −0.9 ends at "
            + string.Join(", ", momentum.Select(entry => $"{End(entry.Run)} with β = {Number(entry.Beta)}")) + ".";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Leaving a local minimum",
            Summary = $"{reading} {rolling}",
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [noiseTable, momentumTable],
            Sections =
            [
                new ReportSection("Noise climbs hills, if it is strong enough", reading)
                {
                    Charts =
                    [
                        LandscapeCharts.Profile(Risk, points, []),
                        new LineChart
                        {
                            Title = "Probability of escape",
                            Description = "Share of runs that leave the local minimum over the noise scale, with standard errors.",
                            X = new Axis("noise σ"),
                            Y = new Axis("probability") { Minimum = 0, Maximum = 1 },
                            Curves =
                            [
                                new Curve(
                                    $"within {Steps} steps",
                                    [.. noise.Select(entry => entry.Sigma)],
                                    [.. noise.Select(entry => entry.Probability ?? double.NaN)])
                                {
                                    Style = CurveStyle.LineAndMarkers,
                                    Errors = [.. noise.Select(entry => entry.StandardError ?? double.NaN)],
                                },
                            ],
                        },
                    ],
                    Tables = [Table(noiseTable)],
                },
                new ReportSection("Momentum rolls through small bumps", rolling)
                {
                    Charts =
                    [
                        LandscapeCharts.Profile(Risk, points, [.. momentum.Select(entry => ($"β = {Number(entry.Beta)}", entry.Run))]),
                    ],
                    Tables = [Table(momentumTable)],
                },
            ],
            Claims = [.. Claims([.. noise.Where(entry => Sigmas.Contains(entry.Sigma))], momentum, local, global)],
        };
    }

    // From the study's own noise scales alone: one that the user adds must not decide about a tutorial.
    private static IEnumerable<SeedClaim> Claims(
        NoiseEntry[] noise, (double Beta, DescentRun Run)[] momentum, CriticalPoint local, CriticalPoint global)
    {
        string measured = Probabilities(noise);
        bool grows = noise[^1].Probability > noise[0].Probability + 0.3;
        yield return Holds("001", "Noise helps: it can escape local minima", measured, grows);
        yield return Holds(
            "004",
            "Mini-batch noise sometimes dislodges parameters from local minima",
            measured,
            grows && noise.Any(entry => entry.Probability is > 0 and < 1));
        DescentRun plain = momentum[0].Run;
        string ends = string.Join(", ", momentum.Skip(1).Select(entry => $"with β = {Number(entry.Beta)} at {End(entry.Run)}"));
        yield return Holds(
            "001",
            "Momentum is like a ball that can roll through small bumps",
            $"from −0.9 descent ends at {End(plain)}, {ends}: only a strong momentum gets over",
            Near(plain.Points[^1][0], local.Point[0], 1e-3) && momentum.Any(entry => Near(entry.Run.Points[^1][0], global.Point[0], 1e-3)));
        yield return Holds(
            "004",
            "Stuck in a local minimum the gradient becomes nearly zero, making it hard to escape",
            $"without noise descent stops at {End(plain)} with ‖∇f‖ = {Number(plain.GradientNorms[^1])}",
            plain.Outcome == DescentOutcome.Converged && plain.GradientNorms[^1] < 1e-6);
    }

    private static string Probabilities(NoiseEntry[] noise) => string.Join(", ", noise.Select(entry => entry.InWords));

    private static DescentRun Roll(double beta) => LandscapeDescent.Run(Risk, [-0.9], new DescentOptions
    {
        Optimizer = beta == 0 ? "sgd" : "momentum",
        Momentum = beta,
        LearningRate = new ConstantSchedule(0.01),
        MaximumSteps = 2000,
    });

    private static NoiseEntry MeasureNoise(double sigma, double[] start, double beyond, ulong seed)
    {
        DescentRun[] runs =
        [
            .. Enumerable.Range(0, Repetitions).Select(sample => LandscapeDescent.Run(Risk, start, new DescentOptions
            {
                LearningRate = new ConstantSchedule(LearningRate),
                Noise = sigma,
                Seed = seed,
                Sample = sample,
                MaximumSteps = Steps,
                Tolerance = 0,
            })),
        ];
        DescentRun[] whole = [.. runs.Where(run => run.Outcome != DescentOutcome.Diverged)];
        int[] steps = [.. whole.Select(run => run.FirstStepWhere(point => point[0] > beyond)).OfType<int>().Order()];
        return new NoiseEntry(sigma, steps, whole.Length);
    }

    private sealed record NoiseEntry(double Sigma, int[] Steps, int Runs)
    {
        public int Diverged => Repetitions - Runs;

        /// <summary>Of those that did not diverge; null if all did.</summary>
        public double? Probability => Runs == 0 ? null : Steps.Length / (double)Runs;

        public double? StandardError => Probability is { } share ? Math.Sqrt(share * (1 - share) / Runs) : null;

        public int? Median => Steps.Length == 0 ? null : Steps[Steps.Length / 2];

        public string InWords => Probability is not { } share
            ? $"none to tell at σ = {Number(Sigma)} (all {Diverged} runs diverged)"
            : $"{Percent(share)} at σ = {Number(Sigma)}" + (Diverged > 0 ? $" ({Diverged} of {Repetitions} diverged)" : "");
    }
}
