using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;

namespace DistSgd.Studies.Networks;

/// <summary><c>vanishing</c>: how gradients shrink on their way back through the layers, and whether a net so deep still learns.</summary>
public sealed class VanishingStudy : INamedStudy
{
    /// <summary>Number of hidden layers of the deepest net.</summary>
    internal const int MaxDepth = 10;

    /// <summary>Number of hidden layers of the net that training is compared with.</summary>
    internal const int ShallowDepth = 2;

    /// <summary>Number of classes of the data.</summary>
    internal const int Classes = 2;

    private const int Width = 32;
    private const int Examples = 512;

    private static readonly TrainingRecipe Recipe = new(Batch: 32, Steps: 2000, LearningRate: 0.05, Momentum: 0.9);

    // First the usual initialization of each activation, then one that is too small for any depth.
    private static readonly NetStart[] Starts =
    [
        new(Activation.Relu, Initialization.He),
        new(Activation.Tanh, Initialization.Xavier),
        new(Activation.Sigmoid, Initialization.Xavier),
        new(Activation.Relu, Initialization.Normal),
        new(Activation.Tanh, Initialization.Normal),
        new(Activation.Sigmoid, Initialization.Normal),
    ];

    /// <inheritdoc/>
    public string Name => "vanishing";

    /// <inheritdoc/>
    public string Description => "Gradients layer by layer in nets of 1 to 10 hidden layers, and what training makes of them.";

    /// <inheritdoc/>
    public StudyOptions Accepts => StudyOptions.LearningRate | StudyOptions.Momentum | StudyOptions.Steps;

    /// <inheritdoc/>
    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TrainingRecipe recipe = Recipe.With(settings);
        TrainingData data = SmallNetwork.Prepare(
            SyntheticData.Spirals(settings.Seed, Classes, Examples, testExamples: 0, noise: 0.1), settings.Seed);
        GradientFlow[] flows = [.. Starts.SelectMany(start => Enumerable.Range(1, MaxDepth).Select(depth => Measure(data, start, depth)))];
        int[] depths = [ShallowDepth, MaxDepth];
        DeepNet[] nets =
        [
            .. Starts.Where(start => start.IsUsual).SelectMany(start => depths.Select(
                depth => new DeepNet(start, depth, Create(data, start, depth).TrainAndWatch(recipe)))),
        ];
        return new VanishingReport(flows, nets, recipe, recipe == Recipe).Write(StudyCommandLine.Of(Name, settings));
    }

    private static GradientFlow Measure(TrainingData data, NetStart start, int depth)
    {
        SmallNetwork network = Create(data, start, depth);
        return new GradientFlow(start, depth, network.GradientNorms(network.Initial()).WeightNorms);
    }

    private static SmallNetwork Create(TrainingData data, NetStart start, int depth) =>
        new(data, [.. Enumerable.Repeat(Width, depth)], start.Activation, start.Initialization);
}
