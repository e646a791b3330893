using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Models;
using DistSgd.Studies.Landscapes.Experiments;

namespace DistSgd.Studies.Networks;

/// <summary><c>similar-minima</c>: whether trainings of one net from different starts end equally high, beside Rastrigin's minima.</summary>
public sealed class SimilarMinimaStudy : INamedStudy
{
    /// <summary>Number of trainings, each from its own initial weights.</summary>
    internal const int Runs = 10;

    /// <summary>Number of examples, fewer than the wide net has parameters.</summary>
    internal const int Examples = 300;

    private const int Classes = 3;
    private const double Diverged = 100; // times the loss of guessing
    private const int RastriginStarts = 200;

    private static readonly int[] Wide = [32, 32];
    private static readonly int[] Narrow = [3];
    private static readonly TrainingRecipe Recipe = new(Batch: 30, Steps: 3000, LearningRate: 0.1, Momentum: 0.9);

    /// <inheritdoc/>
    public string Name => "similar-minima";

    /// <inheritdoc/>
    public string Description => "Final losses of a wide and a narrow net from ten starts, beside the minima of Rastrigin's function.";

    /// <inheritdoc/>
    public StudyOptions Accepts => StudyOptions.LearningRate | StudyOptions.Momentum | StudyOptions.Steps;

    /// <inheritdoc/>
    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TrainingRecipe recipe = Recipe.With(settings);
        Dataset spirals = SyntheticData.Spirals(settings.Seed, Classes, Examples, testExamples: 0, noise: 0.1);
        (double[] ends, double[] starts) = MultiStartStudy.Heights(settings.Seed, RastriginStarts);
        Landing[] landings =
        [
            Train("wide net", spirals, Wide, recipe, settings.Seed),
            Train("narrow net", spirals, Narrow, recipe, settings.Seed),
            new Landing("rastrigin", 2, starts.Average(), ends, null),
        ];
        return new SimilarMinimaReport(landings, recipe, recipe == Recipe).Write(StudyCommandLine.Of(Name, settings));
    }

    // The data stay the same; a seed of its own gives each training its own initial weights and order of examples.
    private static Landing Train(string name, Dataset spirals, int[] hidden, TrainingRecipe recipe, ulong seed)
    {
        var losses = new double[Runs];
        var accuracies = new double[Runs];
        int parameters = 0;
        for (int run = 0; run < Runs; run++)
        {
            TrainingData data = SmallNetwork.Prepare(spirals, unchecked(seed + (ulong)run));
            var network = new SmallNetwork(data, hidden, Activation.Tanh, Initialization.Xavier);
            EvaluationResult end = network.Evaluate(network.Train(recipe));
            (losses[run], accuracies[run]) = end.Loss < Diverged * Math.Log(Classes)
                ? (end.Loss, end.Accuracy)
                : throw new InputException(
                    $"similar-minima: training has diverged, the loss is {end.Loss}; expected a smaller learning rate or momentum.");
            parameters = network.Layout.ParameterCount;
        }

        return new Landing(name, parameters, Math.Log(Classes), losses, accuracies);
    }
}

/// <summary>Where the descents on one landscape end.</summary>
/// <param name="Name">The landscape.</param>
/// <param name="Parameters">Its number of dimensions.</param>
/// <param name="Before">Height before: a net that guesses, or the mean of the starts.</param>
/// <param name="Heights">Heights of the ends; none is below 0, and Rastrigin's global minimum lies there.</param>
/// <param name="Accuracies">Of a net, what part of the examples it has right; null for a function.</param>
internal sealed record Landing(string Name, int Parameters, double Before, double[] Heights, double[]? Accuracies)
{
    /// <summary>The heights in order, as parts of the height before: how much of the way down is missing, at most.</summary>
    public double[] Missing { get; } = [.. Heights.Order().Select(height => height / Before)];

    /// <summary>From the lowest to the highest.</summary>
    public double Spread => Missing[^1] - Missing[0];

    /// <summary>The middle one.</summary>
    public double Median => Missing[Missing.Length / 2];
}
