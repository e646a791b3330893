using System.Globalization;
using DistSgd.Learning.Optimization.Transforms;

namespace DistSgd.Learning.Optimization;

/// <summary>Builds the chain of gradient transforms of a run.</summary>
public static class Optimizer
{
    /// <summary>Builds the chain: clip, noise, coupled decay, update rule, momentum, decoupled decay, scaling by −η.</summary>
    /// <param name="settings">The settings; links that would do nothing are left out.</param>
    /// <returns>The chain, to be initialised with the model's layout.</returns>
    /// <exception cref="InputException">Settings contradict each other, or ε vanishes in single precision.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static GradientTransformChain Build(OptimizerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        RequireConsistent(settings);

        List<IGradientTransform> links = [];
        if (settings.ClipValue is double largestValue)
        {
            links.Add(new ClipByValue(largestValue));
        }

        if (settings.ClipNorm is double largestNorm)
        {
            links.Add(new ClipByGlobalNorm(largestNorm));
        }

        if (settings.GradientNoise != 0)
        {
            links.Add(new AddGradientNoise(settings.GradientNoise, settings.Seed));
        }

        if (settings.WeightDecay != 0 && settings.Kind != OptimizerKind.Adamw)
        {
            links.Add(new AddWeightDecay(settings.WeightDecay));
        }

        if (AdaptiveRule(settings) is IGradientTransform rule)
        {
            links.Add(rule);
        }

        if (settings.UseMomentum)
        {
            links.Add(new Momentum(settings.Nesterov));
        }

        if (settings.WeightDecay != 0 && settings.Kind == OptimizerKind.Adamw)
        {
            links.Add(new AddDecoupledWeightDecay(settings.WeightDecay));
        }

        links.Add(new ScaleByLearningRate());
        return new GradientTransformChain([.. links]);
    }

    private static IGradientTransform? AdaptiveRule(OptimizerSettings settings) => settings.Kind switch
    {
        OptimizerKind.Sgd => null,
        OptimizerKind.Adagrad => new ScaleByAdagrad(settings.Epsilon ?? ScaleByAdagrad.DefaultEpsilon),
        OptimizerKind.Rmsprop => new ScaleByRmsprop(settings.Smoothing, settings.Epsilon ?? ScaleByRmsprop.DefaultEpsilon),
        OptimizerKind.Adam or OptimizerKind.Adamw =>
            new ScaleByAdam(settings.Beta1, settings.Beta2, settings.Epsilon ?? ScaleByAdam.DefaultEpsilon),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "Unknown optimizer kind."),
    };

    private static void RequireConsistent(OptimizerSettings settings)
    {
        string kind = settings.Kind.ToString().ToLowerInvariant();
        if (settings.Nesterov && !settings.UseMomentum)
        {
            throw new InputException("optimizer.nesterov: true without momentum; expected optimizer.momentum above 0.");
        }

        if (settings.UseMomentum && settings.Kind is OptimizerKind.Adam or OptimizerKind.Adamw)
        {
            throw new InputException(
                $"optimizer.momentum: above 0 with kind {kind}, whose momentum is optimizer.beta1; expected 0.");
        }

        if (settings.ClipValue is not null && settings.ClipNorm is not null)
        {
            throw new InputException("clip: both value and norm are given; expected one of them.");
        }

        if (settings.Epsilon is double epsilon && (float)epsilon == 0)
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture, $"optimizer.epsilon: {epsilon} is 0 in single precision; expected at least 1e-45."));
        }
    }
}
