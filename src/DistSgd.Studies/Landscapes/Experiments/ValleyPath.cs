using DistSgd.Learning.Landscapes.Descent;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>A run down the valley of κ = 100, cut where it has come to a millionth of the distance.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="LearningRate">η.</param>
/// <param name="Momentum">β; 0 for plain descent.</param>
/// <param name="Run">The run.</param>
internal sealed record ValleyPath(string Name, double LearningRate, double Momentum, DescentRun Run)
{
    /// <summary>κ; also the largest curvature L.</summary>
    public const double Kappa = 100;

    private const double UsualMomentum = 0.9;

    /// <summary>Steps to a millionth of the distance.</summary>
    public int Steps => Run.Steps;

    /// <summary>Steps that end on the other side of the valley's floor.</summary>
    public int Crossings { get; } = Run.Points.Zip(Run.Points.Skip(1)).Count(pair => pair.First[1] * pair.Second[1] < 0);

    /// <summary>The same as a part of all steps.</summary>
    public double ShareCrossing => (double)Crossings / Steps;

    /// <summary>Largest distance from the valley's floor.</summary>
    public double LargestHeight { get; } = Run.Points.Max(point => Math.Abs(point[1]));

    /// <summary>The crossings in words.</summary>
    public string Crossed => $"{Crossings} of {Steps} steps";

    /// <summary>Descent and momentum at their best, then momentum 0.9 with the learning rate of descent, then both with η = 1/L.</summary>
    public static ValleyPath[] All()
    {
        (double descent, _) = ConditionNumberStudy.BestTuning(Kappa, "sgd");
        (double rate, double momentum) = ConditionNumberStudy.BestTuning(Kappa, "momentum");
        return
        [
            Take("descent", "sgd", descent, 0),
            Take("momentum, best η and β", "momentum", rate, momentum),
            Take("momentum 0.9, η of descent", "momentum", descent, UsualMomentum),
            Take("momentum 0.9, η = 1/L", "momentum", 1 / Kappa, UsualMomentum),
            Take("descent, η = 1/L", "sgd", 1 / Kappa, 0),
        ];
    }

    /// <summary>All of them as a table.</summary>
    public static StudyTable Table(ValleyPath[] paths) => new(
        "valley",
        "Ways down the valley of κ = 100 to a millionth of the distance",
        ["way", "learning_rate", "momentum", "steps", "crossings", "share_crossing", "largest_y"],
        [
            .. paths.Select(path => (object?[])
                [path.Name, path.LearningRate, path.Momentum, path.Steps, path.Crossings, path.ShareCrossing, path.LargestHeight]),
        ]);

    /// <summary>What they show.</summary>
    public static string Reading(ValleyPath[] paths) =>
        "Ways to a millionth of the distance that cross the valley: "
        + string.Join("; ", paths.Select(path => $"{path.Name}, {path.Crossed}, |y| up to {Number(path.LargestHeight)}"))
        + ". Momentum at its best is faster because each crossing shrinks the error more, not because its path is smooth.";

    /// <summary>Its first steps, few enough to be drawn each: a thinned path would show another zig-zag than there is.</summary>
    public DescentRun Beginning(int steps) => Cut(Run, steps);

    private static ValleyPath Take(string name, string optimizer, double rate, double momentum)
    {
        DescentRun run = ConditionNumberStudy.Descend(Kappa, optimizer, rate, momentum);
        return new ValleyPath(name, rate, momentum, Cut(run, ConditionNumberStudy.StepsTo(run.DistancesTo([0, 0])) ?? run.Steps));
    }

    private static DescentRun Cut(DescentRun run, int steps) => run with
    {
        Points = [.. run.Points.Take(steps + 1)],
        Values = [.. run.Values.Take(steps + 1)],
        GradientNorms = [.. run.GradientNorms.Take(steps + 1)],
    };
}
