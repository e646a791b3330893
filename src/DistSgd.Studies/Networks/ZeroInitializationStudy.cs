using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Studies.Networks;

/// <summary><c>zero-initialization</c>: what still learns if every weight starts at zero, and that its hidden units never part.</summary>
public sealed class ZeroInitializationStudy : INamedStudy
{
    /// <summary>Number of hidden units.</summary>
    internal const int Width = 16;

    private const int Classes = 3;
    private const int Examples = 600;

    private static readonly TrainingRecipe Recipe = new(Batch: 32, Steps: 1500, LearningRate: 0.1, Momentum: 0.9);

    /// <inheritdoc/>
    public string Name => "zero-initialization";

    /// <inheritdoc/>
    public string Description => "Gradients, symmetry and accuracy of nets whose weights all start at zero, beside a random start.";

    /// <inheritdoc/>
    public StudyOptions Accepts => StudyOptions.LearningRate | StudyOptions.Momentum | StudyOptions.Steps;

    /// <inheritdoc/>
    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TrainingRecipe recipe = Recipe.With(settings);
        TrainingData data = SmallNetwork.Prepare(
            SyntheticData.Spirals(settings.Seed, Classes, Examples, testExamples: 0, noise: 0.1), settings.Seed);
        ZeroStart[] starts = [.. Enum.GetValues<Activation>().Select(activation => Measure(data, activation, recipe))];
        return new ZeroInitializationReport(starts, recipe, recipe == Recipe).Write(StudyCommandLine.Of(Name, settings));
    }

    private static ZeroStart Measure(TrainingData data, Activation activation, TrainingRecipe recipe)
    {
        var zero = new SmallNetwork(data, [Width], activation, Initialization.Zeros);
        var random = new SmallNetwork(data, [Width], activation, Initialization.He);
        TrainedNet end = zero.TrainAndWatch(recipe);
        TrainedNet randomEnd = random.TrainAndWatch(recipe);
        return new ZeroStart(
            activation,
            zero.GradientNorms(zero.Initial(), recipe.Batch),
            zero.GradientNorms(zero.Initial()),
            DistinctUnits(zero.Layout, end.Parameters),
            DistinctUnits(random.Layout, randomEnd.Parameters),
            end,
            randomEnd);
    }

    /// <summary>Number of hidden units of which no two have the same bits in all weights, in and out, and the bias.</summary>
    private static int DistinctUnits(ParameterLayout layout, AlignedVector parameters) => Enumerable.Range(0, Width)
        .Select(unit => string.Join(',', Unit(layout, parameters, unit).Select(value => BitConverter.SingleToInt32Bits(value))))
        .Distinct()
        .Count();

    private static IEnumerable<float> Unit(ParameterLayout layout, AlignedVector parameters, int unit)
    {
        LayerShape into = layout.Layers[0];
        LayerShape outOf = layout.Layers[1];
        return
        [
            .. Enumerable.Range(0, into.Inputs).Select(input => parameters.Span[into.WeightIndex(unit, input)]),
            parameters.Span[into.BiasOffset + unit],
            .. Enumerable.Range(0, outOf.Outputs).Select(output => parameters.Span[outOf.WeightIndex(output, unit)]),
        ];
    }
}

/// <summary>What became of a net whose weights started at zero.</summary>
/// <param name="Activation">Activation of the hidden layer.</param>
/// <param name="FirstBatch">Gradient over the first batch.</param>
/// <param name="AllExamples">Gradient over all examples, whose classes are equally frequent.</param>
/// <param name="DistinctUnits">Number of different hidden units after training.</param>
/// <param name="RandomDistinctUnits">The same from a random start.</param>
/// <param name="Training">What training made of it.</param>
/// <param name="RandomTraining">The same from a random start.</param>
internal sealed record ZeroStart(
    Activation Activation,
    GradientMeasurement FirstBatch,
    GradientMeasurement AllExamples,
    int DistinctUnits,
    int RandomDistinctUnits,
    TrainedNet Training,
    TrainedNet RandomTraining)
{
    /// <summary>Loss and accuracy after training.</summary>
    public EvaluationResult End => Training.End;

    /// <summary>Loss and accuracy after training from a random start.</summary>
    public EvaluationResult RandomEnd => RandomTraining.End;

    /// <summary>The activation as a config writes it.</summary>
    public string Name => new NetStart(Activation, Initialization.Zeros).ActivationName;
}
