using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Learning.Optimization.Schedules;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>The runs that the claims about saddles rest on.</summary>
internal sealed record SaddleEscapeFacts
{
    private const double SmallestNormal = 1.17549435e-38; // of single precision

    private static readonly double[] PlateauRates = [0.001, 0.01, 0.1];

    /// <summary>The quartic from (0.5, −0.5), 20,000 steps without a stopping test.</summary>
    public required DescentRun Long { get; init; }

    /// <summary>The same start with a random kick of 0.001 when the gradient has vanished.</summary>
    public required DescentRun Kicked { get; init; }

    /// <summary>Momentum from (0.5, −0.5).</summary>
    public required DescentRun Momentum { get; init; }

    /// <summary>Descent from (0.5, −0.4999), beside the stable manifold.</summary>
    public required DescentRun BesideSgd { get; init; }

    /// <summary>Momentum from (0.5, −0.4999).</summary>
    public required DescentRun BesideMomentum { get; init; }

    /// <summary>x² − y² exactly at the saddle with noise 0.1 and the tutorial's stopping test.</summary>
    public required DescentRun TutorialNoisy { get; init; }

    /// <summary>The same with the test on the gradient that the optimizer sees.</summary>
    public required DescentRun ObservedNoisy { get; init; }

    /// <summary>x² − y² from (1e-10, 1e-10), the tutorial's stopping test.</summary>
    public required DescentRun TutorialPlain { get; init; }

    /// <summary>The same without a stopping test.</summary>
    public required DescentRun PlainOn { get; init; }

    /// <summary>x² − y² exactly at the saddle, no noise, no stopping test.</summary>
    public required DescentRun AtSaddle { get; init; }

    /// <summary>Steps from (0.8, 1e-6) on x² − y² to |y| > 0.5, and the mean height on a noisy bowl, by learning rate.</summary>
    public required IReadOnlyList<(double Rate, int? EscapeSteps, double NoiseFloor)> Plateau { get; init; }

    /// <summary>Where the long run stands: nearer to the saddle than single precision has normal numbers, or the point.</summary>
    public string EndOfLong => Long.Points[^1].All(coordinate => Math.Abs(coordinate) < SmallestNormal)
        ? "at the saddle, both coordinates 0 to the last bit of single precision"
        : $"at {Point(Long.Points[^1])}";

    public static SaddleEscapeFacts Measure(ulong seed)
    {
        Landscape saddle = LandscapeRegistry.Find("saddle");
        DescentOptions plain = new() { LearningRate = new ConstantSchedule(SaddleEscapeStudy.LearningRate), Seed = seed };
        return new SaddleEscapeFacts
        {
            Long = SaddleEscapeStudy.Descend([0.5, -0.5], plain with { MaximumSteps = 20_000, Tolerance = 0 }),
            Kicked = SaddleEscapeStudy.Descend([0.5, -0.5], plain with { MaximumSteps = 5000, Perturbation = 1e-3 }),
            Momentum = SaddleEscapeStudy.Descend([0.5, -0.5], plain with { Optimizer = "momentum", MaximumSteps = 20_000, Tolerance = 0 }),
            BesideSgd = SaddleEscapeStudy.Descend([0.5, -0.4999], plain),
            BesideMomentum = SaddleEscapeStudy.Descend([0.5, -0.4999], plain with { Optimizer = "momentum" }),
            TutorialNoisy = LandscapeDescent.Run(saddle, [0, 0], plain with { Noise = 0.1, StoppingGradient = StoppingGradient.True }),
            ObservedNoisy = LandscapeDescent.Run(saddle, [0, 0], plain with { Noise = 0.1 }),
            TutorialPlain = LandscapeDescent.Run(saddle, [1e-10, 1e-10], plain),
            PlainOn = LandscapeDescent.Run(saddle, [1e-10, 1e-10], plain with { MaximumSteps = 3000, Tolerance = 0 }),
            AtSaddle = LandscapeDescent.Run(saddle, [0, 0], plain with { MaximumSteps = 1000, Tolerance = 0 }),
            Plateau = [.. PlateauRates.Select(rate => (rate, SaddleSteps(saddle, rate), NoiseFloor(rate, seed)))],
        };
    }

    public StudyTable PlateauTable() => new(
        "plateau",
        "A plateau at a saddle and a plateau from noise",
        ["learning_rate", "steps_to_leave_saddle", "noise_floor_of_bowl"],
        [.. Plateau.Select(entry => (object?[])[entry.Rate, entry.EscapeSteps, entry.NoiseFloor])]);

    public string PlateauReading() =>
        "At a saddle a higher learning rate helps: "
        + string.Join(", ", Plateau.Select(entry => $"{Count(entry.EscapeSteps)} steps at η = {Number(entry.Rate)}"))
        + ". Where noise holds the loss up, a lower one helps: the height settles at "
        + string.Join(", ", Plateau.Select(entry => $"{Number(entry.NoiseFloor)} at η = {Number(entry.Rate)}"))
        + ". The smallest curvature tells the two apart: clearly negative means a saddle.";

    private static int? SaddleSteps(Landscape saddle, double rate) => LandscapeDescent.Run(
        saddle, [0.8, 1e-6],
        new DescentOptions { LearningRate = new ConstantSchedule(rate), MaximumSteps = 20_000, Tolerance = 0, DivergenceBound = 1 })
        .FirstStepWhere(point => Math.Abs(point[1]) > 0.5);

    // The mean height over the second half of a run on ‖x‖² with noise 1: η/(2(1 − η)) in theory.
    private static double NoiseFloor(double rate, ulong seed)
    {
        DescentRun run = LandscapeDescent.Run(
            LandscapeRegistry.Find("sphere"), [1, 1],
            new DescentOptions { LearningRate = new ConstantSchedule(rate), Noise = 1, Seed = seed, MaximumSteps = 20_000, Tolerance = 0 });
        return run.Values.Skip(run.Steps / 2).Average();
    }
}
