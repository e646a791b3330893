using System.Globalization;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>Runs an optimizer over a landscape and keeps the path.</summary>
public static class LandscapeDescent
{
    // Coordinates of the stream below 0 belong to no step.
    private const long PerturbationCoordinate = -2;

    /// <summary>Descends from a start.</summary>
    /// <remarks>
    /// The first-order optimizers are the trainer's own transforms and compute a step in single precision; points, values and gradients
    /// are in double precision. Noise is drawn from the seed, the number of the run and the step.
    /// </remarks>
    /// <param name="landscape">The landscape.</param>
    /// <param name="start">The start, one coordinate a dimension.</param>
    /// <param name="options">How to descend.</param>
    /// <returns>The path, kept to the last finite point within the bound.</returns>
    /// <exception cref="InputException">The start or a number does not fit, or the optimizer is unknown.</exception>
    public static DescentRun Run(Landscape landscape, IReadOnlyList<double> start, DescentOptions options)
    {
        ArgumentNullException.ThrowIfNull(landscape);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(options);
        RequireUsable(options);
        double[] point = RequireStart(landscape, start);
        IDescentMethod method = DescentMethods.Create(landscape, options);
        var path = new Path(landscape, point);
        var stream = new RandomStream(options.Seed, StreamPurpose.Landscape);
        bool mayPerturb = options.Perturbation > 0;
        for (int step = 0; step < options.MaximumSteps; step++)
        {
            double[] gradient = Observed(path.Gradient, options, stream, step);
            if (VectorMath.Norm(options.StoppingGradient == StoppingGradient.True ? path.Gradient : gradient) < options.Tolerance)
            {
                if (!mayPerturb)
                {
                    CriticalPointKind kind = CriticalPointClassifier.ClassifyApproached(landscape, point).Kind;
                    return path.End(options.Optimizer, OutcomeOf(kind), method.Notes);
                }

                mayPerturb = false;
                point = Perturbed(point, options, stream);
                path.Add(point);
                continue;
            }

            if (method.Next(point, gradient, step) is not double[] next)
            {
                return path.End(options.Optimizer, DescentOutcome.NoLowerPoint, method.Notes);
            }

            if (!VectorMath.IsFinite(next) || VectorMath.Norm(next) > options.DivergenceBound || !path.TryAdd(next))
            {
                return path.End(options.Optimizer, DescentOutcome.Diverged, method.Notes);
            }

            point = next;
        }

        return path.End(options.Optimizer, DescentOutcome.StepLimit, method.Notes);
    }

    private static DescentOutcome OutcomeOf(CriticalPointKind kind) => kind switch
    {
        CriticalPointKind.Minimum => DescentOutcome.Converged,
        CriticalPointKind.Saddle => DescentOutcome.StuckAtSaddle,
        CriticalPointKind.Maximum => DescentOutcome.StuckAtMaximum,
        _ => DescentOutcome.StuckOnPlateau,
    };

    private static double[] Observed(double[] gradient, DescentOptions options, RandomStream stream, int step)
    {
        if (options.Noise == 0)
        {
            return gradient;
        }

        stream.Restart(options.Seed, StreamPurpose.Landscape, options.Sample, step);
        return [.. gradient.Select(element => element + (options.Noise * stream.NextNormal()))];
    }

    // Normal numbers scaled to a length: a direction that is uniform on the sphere.
    private static double[] Perturbed(double[] point, DescentOptions options, RandomStream stream)
    {
        stream.Restart(options.Seed, StreamPurpose.Landscape, options.Sample, PerturbationCoordinate);
        double[] direction = [.. point.Select(_ => stream.NextNormal())];
        return VectorMath.Along(point, options.Perturbation / VectorMath.Norm(direction), direction);
    }

    private static double[] RequireStart(Landscape landscape, IReadOnlyList<double> start)
    {
        string text = $"({string.Join(", ", start.Select(coordinate => coordinate.ToString(CultureInfo.InvariantCulture)))})";
        if (start.Count != landscape.Dimension)
        {
            throw new InputException(
                $"start: {text} has {start.Count} coordinates; {landscape.Name} expects {landscape.Dimension}.");
        }

        double[] point = [.. start];
        return VectorMath.IsFinite(point) && double.IsFinite(landscape.Value(point)) && VectorMath.IsFinite(landscape.Gradient(point))
            ? point
            : throw new InputException($"start: {landscape.Name} is not finite at {text}; expected a point where it is.");
    }

    private static void RequireUsable(DescentOptions options)
    {
        RequireRange("momentum", options.Momentum, options.Momentum is >= 0 and < 1, "a number from 0 to below 1");
        RequireRange("noise", options.Noise, double.IsFinite(options.Noise) && options.Noise >= 0, "a finite number of at least 0");
        bool fits = options.MaximumSteps is >= 0 and <= DescentOptions.MostSteps;
        RequireRange("steps", options.MaximumSteps, fits, $"a number from 0 to {DescentOptions.MostSteps}");
        double clip = options.ClipNorm ?? double.PositiveInfinity;
        RequireRange("clip norm", clip, clip > 0, "a number above 0");
        double rate = options.LearningRate.ValueAt(0);
        RequireRange("learning rate", rate, double.IsFinite(rate) && rate >= 0, "a finite number of at least 0");
    }

    private static void RequireRange(string name, double found, bool isIn, string expected)
    {
        if (!isIn)
        {
            throw new InputException($"{name}: found {found.ToString(CultureInfo.InvariantCulture)}; expected {expected}.");
        }
    }

    /// <summary>The path so far, with the gradient at its end.</summary>
    private sealed class Path
    {
        private readonly Landscape _landscape;
        private readonly List<double[]> _points = [];
        private readonly List<double> _values = [];
        private readonly List<double> _norms = [];

        public Path(Landscape landscape, double[] start)
        {
            _landscape = landscape;
            Add(start);
        }

        public double[] Gradient { get; private set; } = [];

        public void Add(double[] point)
        {
            Gradient = _landscape.Gradient(point);
            Keep(point, _landscape.Value(point));
        }

        public bool TryAdd(double[] point)
        {
            double value = _landscape.Value(point);
            double[] gradient = _landscape.Gradient(point);
            if (!double.IsFinite(value) || !VectorMath.IsFinite(gradient))
            {
                return false;
            }

            Gradient = gradient;
            Keep(point, value);
            return true;
        }

        public DescentRun End(string optimizer, DescentOutcome outcome, IReadOnlyList<string> notes) => new(
            optimizer, _points, _values, _norms, outcome, CriticalPointClassifier.ClassifyApproached(_landscape, _points[^1]), notes);

        private void Keep(double[] point, double value)
        {
            _points.Add(point);
            _values.Add(value);
            _norms.Add(VectorMath.Norm(Gradient));
        }
    }
}
