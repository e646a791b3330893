using DistSgd.Learning.Optimization;

namespace DistSgd.Learning.Tests.Optimization.Support;

// The update rules once more, in plain double precision and in the form of the papers and of PyTorch's documentation:
// one loop over the parameters, no chain, no vectors.
internal sealed class ReferenceOptimizer(OptimizerSettings settings, double momentum, double[] parameters)
{
    private readonly double[] _velocity = new double[parameters.Length];
    private readonly double[] _first = new double[parameters.Length];
    private readonly double[] _second = new double[parameters.Length];
    private int _t;

    public double[] Parameters { get; } = parameters;

    public void Step(ReadOnlySpan<float> gradient, double rate)
    {
        _t++;
        double[] clipped = Clipped(gradient);
        for (int i = 0; i < Parameters.Length; i++)
        {
            double g = clipped[i];
            if (settings.Kind == OptimizerKind.Adamw)
            {
                Parameters[i] -= rate * settings.WeightDecay * Parameters[i];
            }
            else
            {
                g += settings.WeightDecay * Parameters[i];
            }

            double direction = Adapted(i, g);
            if (settings.UseMomentum)
            {
                _velocity[i] = _t == 1 ? direction : (momentum * _velocity[i]) + direction;
                direction = settings.Nesterov ? direction + (momentum * _velocity[i]) : _velocity[i];
            }

            Parameters[i] -= rate * direction;
        }
    }

    private double[] Clipped(ReadOnlySpan<float> gradient)
    {
        double[] g = [.. gradient.ToArray().Select(x => (double)x)];
        double norm = Math.Sqrt(g.Sum(x => x * x));
        double factor = settings.ClipNorm is double limit && norm > limit ? limit / norm : 1;
        double bound = settings.ClipValue ?? double.PositiveInfinity;
        return [.. g.Select(x => Math.Clamp(x * factor, -bound, bound))];
    }

    private double Adapted(int i, double g)
    {
        switch (settings.Kind)
        {
            case OptimizerKind.Adagrad:
                _second[i] += g * g;
                return g / (Math.Sqrt(_second[i]) + 1e-10);
            case OptimizerKind.Rmsprop:
                _second[i] = (settings.Smoothing * _second[i]) + ((1 - settings.Smoothing) * g * g);
                return g / (Math.Sqrt(_second[i]) + 1e-8);
            case OptimizerKind.Adam or OptimizerKind.Adamw:
                _first[i] = (settings.Beta1 * _first[i]) + ((1 - settings.Beta1) * g);
                _second[i] = (settings.Beta2 * _second[i]) + ((1 - settings.Beta2) * g * g);
                double first = _first[i] / (1 - Math.Pow(settings.Beta1, _t));
                double second = _second[i] / (1 - Math.Pow(settings.Beta2, _t));
                return first / (Math.Sqrt(second) + 1e-8);
            default:
                return g;
        }
    }
}
