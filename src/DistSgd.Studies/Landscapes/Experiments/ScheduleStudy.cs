using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>The trainer's learning-rate schedules on a quadratic with gradient noise: who decays, lands nearer.</summary>
internal sealed class ScheduleStudy : INamedStudy
{
    private const double DefaultRate = 0.1;
    private const double DefaultNoise = 1;
    private const int DefaultSteps = 1000;
    private const int StepsPerEpoch = 20;
    private const int Repetitions = 30;

    private static readonly double[] Start = [9, 4];

    public string Name => "schedules";

    public string Description => "Constant, step, exponential, linear, cosine and warm-up on a noisy quadratic: the final error of each.";

    public StudyOptions Accepts => StudyOptions.LearningRate | StudyOptions.Noise | StudyOptions.Steps;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        double rate = settings.LearningRate ?? DefaultRate;
        int steps = settings.Steps ?? DefaultSteps;
        Entry[] entries = [.. Schedules(rate, steps).Select(entry => Measure(entry.Name, entry.Schedule, steps, settings))];
        var table = new StudyTable(
            "schedules",
            $"½(x² + 10y²) from (9, 4), noise σ = {Number(settings.Noise ?? DefaultNoise)}, {steps} steps, {Repetitions} runs each",
            ["schedule", "first_rate", "last_rate", "final_error", "standard_error", "steps_to_0.1", "diverged"],
            [
                .. entries.Select(entry => (object?[])
                [
                    entry.Name, entry.Schedule.ValueAt(0), entry.Schedule.ValueAt(steps - 1),
                    entry.Final, entry.StandardError, entry.FirstBelow, entry.Diverged,
                ]),
            ]);
        Entry[] arrived = [.. entries.Where(entry => entry.Final is not null)];
        string reading = Read(entries);
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Learning-rate schedules under noise",
            Summary = reading,
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table],
            Sections =
            [
                new ReportSection("Decay removes the noise", reading)
                {
                    Charts =
                    [
                        .. arrived.Length > 0
                            ? [
                                LandscapeCharts.OverSteps(
                                    "Mean height above the minimum", "f", [.. arrived.Select(entry => (entry.Name, entry.Mean))]),
                            ]
                            : Array.Empty<Chart>(),
                        LandscapeCharts.OverSteps(
                            "The schedules", "learning rate η",
                            [
                                .. entries.Select(entry => (
                                    entry.Name,
                                    (IReadOnlyList<double>)[.. Enumerable.Range(0, steps).Select(step => entry.Schedule.ValueAt(step))])),
                            ],
                            isLogarithmic: false),
                    ],
                    Tables = [Table(table)],
                },
            ],
            Claims = [.. FormulaClaims(), .. NoiseClaims(settings.Seed)],
        };
    }

    private static string Read(Entry[] entries)
    {
        int diverged = entries.Sum(entry => entry.Diverged);
        string lost = diverged == 0
            ? ""
            : $" Of {entries.Length * Repetitions} runs {diverged} diverged ("
                + string.Join(", ", entries.Where(entry => entry.Diverged > 0).Select(entry => $"{entry.Name} {entry.Diverged}"))
                + "); they are left out of every mean.";
        if (entries[0].Final is not { } constant)
        {
            return $"With a constant learning rate no run of {Repetitions} came to an end.{lost}";
        }

        Entry best = entries.Where(entry => entry.Final is not null).MinBy(entry => entry.Final)!;
        string decayed = best == entries[0]
            ? "No decay ends lower."
            : $"Of the schedules {best.Name} ends lowest, at {Number(best.Final)}, {Number(constant / best.Final)} times lower.";
        return $"With a constant learning rate the error stays at {Number(constant)}, where noise and descent balance. {decayed}{lost}";
    }

    private static IEnumerable<SeedClaim> NoiseClaims(ulong seed)
    {
        var settings = new StudySettings { Seed = seed };
        Entry[] entries =
        [
            .. Schedules(DefaultRate, DefaultSteps).Select(entry => Measure(entry.Name, entry.Schedule, DefaultSteps, settings)),
        ];
        yield return Holds(
            "002",
            "Scheduled (warm-up and decay): start moderate, build up, then decrease for fine-tuning",
            string.Join(", ", entries.Select(entry => $"{entry.Name} {Number(entry.Final)}")) + ": every decay ends below the constant rate",
            entries.All(entry => entry.Diverged == 0) && entries.Skip(1).All(entry => entry.Final < entries[0].Final / 2));
    }

    private static IEnumerable<SeedClaim> FormulaClaims()
    {
        const double Rate = 0.1;
        var stepDecay = new StepDecaySchedule(Rate, 0.5, 10, 1);
        yield return Formula(
            "step decay: η₀ · 0.5^⌊epoch / 10⌋", stepDecay, epoch => Rate * Math.Pow(0.5, Math.Floor(epoch / 10.0)));
        var exponential = new ExponentialSchedule(Rate, 0.05, 1);
        yield return Formula("exponential decay: η₀ · e^(−kt)", exponential, t => Rate * Math.Exp(-0.05 * t));
        var cosine = new CosineSchedule(Rate, 0.001, 100);
        yield return Formula(
            "cosine annealing: η_min + ½(η_max − η_min)(1 + cos(πt/T))",
            cosine,
            t => 0.001 + (0.5 * (Rate - 0.001) * (1 + Math.Cos(t / 100.0 * Math.PI))));

        const int Warmup = 10;
        var warmup = new WarmupSchedule(new ConstantSchedule(Rate), Warmup);
        bool isOneAhead = Enumerable.Range(0, 100)
            .All(step => Near(warmup.ValueAt(step), Math.Min(Rate, Rate * (step + 1) / Warmup), 1e-15));
        yield return Holds(
            "001",
            "warm-up: η = base · step / warmup_steps, then base",
            "the trainer's schedule is the same line one step ahead, (step + 1) / warmup_steps: it counts steps from 1, so that the first one "
                + $"has {Number(warmup.ValueAt(0))} and not 0",
            isOneAhead);
    }

    private static SeedClaim Formula(string formula, ISchedule schedule, Func<int, double> stated)
    {
        double worst = Enumerable.Range(0, 101).Max(step => Math.Abs(schedule.ValueAt(step) - stated(step)));
        return Holds("001", formula, $"the trainer's schedule differs by at most {Number(worst)} over 100 steps", worst < 1e-15);
    }

    private static (string Name, ISchedule Schedule)[] Schedules(double rate, int steps)
    {
        ISchedule Build(ScheduleKind kind, int warmup = 0) => ScheduleFactory.Build(
            new ScheduleSettings(kind, rate, rate / 1000, steps, Math.Max(1, steps / (DefaultSteps / StepsPerEpoch)), warmup));
        return
        [
            ("constant", Build(ScheduleKind.Constant)),
            ("step", Build(ScheduleKind.Step)),
            ("exponential", Build(ScheduleKind.Exponential)),
            ("linear", Build(ScheduleKind.Linear)),
            ("cosine", Build(ScheduleKind.Cosine)),
            ("warm-up, cosine", Build(ScheduleKind.Cosine, steps / 10)),
        ];
    }

    private static Entry Measure(string name, ISchedule schedule, int steps, StudySettings settings)
    {
        Landscape quadratic = LandscapeRegistry.Quadratic(10);
        DescentRun[] runs =
        [
            .. Enumerable.Range(0, Repetitions).Select(sample => LandscapeDescent.Run(quadratic, Start, new DescentOptions
            {
                LearningRate = schedule,
                Noise = settings.Noise ?? DefaultNoise,
                Seed = settings.Seed,
                Sample = sample,
                MaximumSteps = steps,
                Tolerance = 0,
            })),
        ];

        // Where a run that diverged would have got to nobody knows, so that it has no part in a mean.
        DescentRun[] whole = [.. runs.Where(run => run.Outcome != DescentOutcome.Diverged)];
        if (whole.Length == 0)
        {
            return new Entry(name, schedule, [], null, null, null, runs.Length);
        }

        double[] mean = [.. Enumerable.Range(0, steps + 1).Select(step => whole.Average(run => run.Values[step]))];
        double final = mean[^1];
        double variance = whole.Sum(run => (run.Values[^1] - final) * (run.Values[^1] - final)) / Math.Max(1, whole.Length - 1);
        int below = Array.FindIndex(mean, value => value < 0.1);
        double? error = whole.Length > 1 ? Math.Sqrt(variance / whole.Length) : null;
        return new Entry(name, schedule, mean, final, error, below < 0 ? null : below, runs.Length - whole.Length);
    }

    private sealed record Entry(
        string Name,
        ISchedule Schedule,
        IReadOnlyList<double> Mean,
        double? Final,
        double? StandardError,
        int? FirstBelow,
        int Diverged);
}
