using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Studies.Networks;

/// <summary><c>negative-eigenvalues</c>: the signs of curvature along training.</summary>
public sealed class NegativeEigenvaluesStudy : INamedStudy
{
    private const int Classes = 2;
    private const int Examples = 256;

    private static readonly int[] Hidden = [24];
    private static readonly TrainingRecipe Recipe = new(Batch: 32, Steps: 3000, LearningRate: 0.1, Momentum: 0.9);

    /// <inheritdoc/>
    public string Name => "negative-eigenvalues";

    /// <inheritdoc/>
    public string Description => "All eigenvalues of the exact Hessian of a small net along its training.";

    /// <inheritdoc/>
    public StudyOptions Accepts => StudyOptions.LearningRate | StudyOptions.Momentum | StudyOptions.Steps;

    /// <inheritdoc/>
    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TrainingRecipe recipe = Recipe.With(settings);
        TrainingData data = SmallNetwork.Prepare(
            SyntheticData.Spirals(settings.Seed, Classes, Examples, testExamples: 0, noise: 0.1), settings.Seed);
        var network = new SmallNetwork(data, Hidden, Activation.Tanh, Initialization.Xavier);
        var way = new List<(int Step, Spectrum Spectrum)>();
        HashSet<int> steps = [.. StepsToLookAt(recipe.Steps)];
        AlignedVector trained = network.Train(recipe, (step, parameters) =>
        {
            if (steps.Contains((int)step))
            {
                way.Add(((int)step, Spectrum.At(network, data, parameters)));
            }
        });
        way.Add((recipe.Steps, Spectrum.At(network, data, trained)));

        // With classes of equal frequency all weights at zero are a critical point, and one that can be named exactly.
        Spectrum zero = Spectrum.At(network, data, new AlignedVector(network.Layout.Length));
        return new NegativeEigenvaluesReport(way, zero, recipe == Recipe).Write(StudyCommandLine.Of(Name, settings));
    }

    /// <summary>The start, then steps ever further apart.</summary>
    private static IEnumerable<int> StepsToLookAt(int last)
    {
        yield return 0;
        for (double step = 1; step < last; step *= 1.8)
        {
            yield return (int)step;
        }
    }
}
