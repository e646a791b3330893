using System.Globalization;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization;

/// <summary>Builds the chain of gradient transforms of a run and applies what it gives.</summary>
public static class Optimizer
{
    /// <summary>Floats of one part of a step: with parameters, update and state it fills the first-level cache.</summary>
    private const int PartLength = 2048;

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

    /// <summary>Transforms a mean gradient and adds what it gives to the parameters, part by part.</summary>
    /// <param name="transform">The chain.</param>
    /// <param name="context">The scalars of this step.</param>
    /// <param name="gradient">The mean gradient, overwritten.</param>
    /// <param name="parameters">The parameters θ.</param>
    /// <param name="updated">Receives θ + update; other memory than <paramref name="parameters"/>.</param>
    /// <returns>True if every new parameter is finite.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static bool Step(
        IGradientTransform transform, in UpdateContext context, AlignedVector gradient, AlignedVector parameters, AlignedVector updated)
    {
        ArgumentNullException.ThrowIfNull(transform);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(updated);
        bool finite = true;
        for (int offset = 0; offset < gradient.Length; offset += PartLength)
        {
            int length = Math.Min(PartLength, gradient.Length - offset);
            Span<float> update = gradient.Span.Slice(offset, length);
            Span<float> theta = parameters.Span.Slice(offset, length);
            transform.Update(context, update, theta, offset);
            finite &= CheckedSum.Write(theta, update, updated.Span.Slice(offset, length));
        }

        return finite;
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
