using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>
/// The whole examination of a point of the loss: gradient, extreme eigenvalues, trace, spectral density, sharpness and slices,
/// one after the other.
/// </summary>
public sealed class CurvatureProbe
{
    /// <summary>Room around the path in a plane.</summary>
    private const double Margin = 1.15;

    private readonly ParameterLayout _layout;
    private readonly AlignedVector _parameters;
    private readonly CurvatureSettings _settings;
    private readonly IReadOnlyList<AlignedVector> _path;

    /// <summary>Prepares the examination.</summary>
    /// <param name="layout">Layout of the parameters.</param>
    /// <param name="parameters">The point.</param>
    /// <param name="settings">How closely to look.</param>
    /// <param name="path">Other points, drawn into the slices.</param>
    public CurvatureProbe(
        ParameterLayout layout, AlignedVector parameters, CurvatureSettings settings, IReadOnlyList<AlignedVector>? path = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _layout = layout;
        _parameters = parameters;
        _settings = settings;
        _path = path ?? [];
        Eigenvalues = new ExtremeEigenvalues(
            layout, parameters, new ExtremeSettings(2, 1, settings.Tolerance, settings.MaxSteps, settings.Seed));
        Trace = new TraceEstimate(layout, parameters, settings.TraceSamples, settings.Seed);
        Density = new SpectralDensity(
            layout, parameters, new DensitySettings(settings.DensityVectors, settings.DensitySteps, settings.Seed));
        Sharpness = new Sharpness(parameters, settings.Sharpness);
    }

    /// <summary>What is being done, for a display.</summary>
    public ProbeStage Stage { get; private set; } = new("gradient", 1);

    /// <summary>Norm of the gradient.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>Norm of the gradient of each layer, weight and bias together.</summary>
    public IReadOnlyList<double> LayerGradientNorms { get; private set; } = [];

    /// <summary>The mean loss.</summary>
    public double Loss { get; private set; }

    /// <summary>False if loss, gradient or a Hessian product is not finite: nothing beyond that was looked at.</summary>
    public bool IsFinite { get; private set; }

    /// <summary>The extreme eigenvalues.</summary>
    public ExtremeEigenvalues Eigenvalues { get; }

    /// <summary>The trace.</summary>
    public TraceEstimate Trace { get; }

    /// <summary>The spectral density.</summary>
    public SpectralDensity Density { get; }

    /// <summary>The sharpness.</summary>
    public Sharpness Sharpness { get; }

    /// <summary>The verdict; null before the eigenvalues are known.</summary>
    public CurvatureVerdict? Verdict { get; private set; }

    /// <summary>The loss along a filter-normalised random direction; null if no slices were asked for.</summary>
    public LossSlice? Line { get; private set; }

    /// <summary>The loss over planes: of two filter-normalised random directions, of the two top eigenvectors, and of the path where it has one.</summary>
    public IReadOnlyList<PlaneSlice> Planes { get; private set; } = [];

    /// <summary>Runs the examination.</summary>
    /// <returns>Everything that it needs of the workers.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        var gradient = new AlignedVector(_layout.Length);
        var start = new GradientRequest(_parameters, gradient);
        yield return start;
        Loss = start.Loss;
        GradientNorm = FlatVectors.Norm(gradient);
        LayerGradientNorms = [.. SliceDirections.LayerShares(_layout, gradient).Select(share => GradientNorm * Math.Sqrt(share))];
        IsFinite = double.IsFinite(Loss) && double.IsFinite(GradientNorm);
        foreach (CurvatureRequest request in Parts().TakeWhile(_ => IsFinite).SelectMany(part => part))
        {
            yield return request;
        }
    }

    private IEnumerable<IEnumerable<CurvatureRequest>> Parts()
    {
        Stage = new ProbeStage("eigenvalues", Math.Min(_settings.MaxSteps, _layout.ParameterCount));
        yield return Eigenvalues.Requests();
        IsFinite = Eigenvalues.IsFinite;
        if (!IsFinite)
        {
            yield break;
        }

        EigenPair largest = Eigenvalues.Largest[0];
        Verdict = CurvatureVerdict.Judge(GradientNorm, largest, Eigenvalues.Smallest[0]);
        Stage = new ProbeStage("trace", _settings.TraceSamples);
        yield return Trace.Requests();
        Stage = new ProbeStage("spectral density", _settings.DensityVectors * Math.Min(_settings.DensitySteps, _layout.ParameterCount));
        yield return Density.Requests();
        Stage = new ProbeStage("sharpness", Sharpness.MostRequests);
        yield return Sharpness.Requests(largest.Vector);
        if (_settings.LinePoints > 0)
        {
            AlignedVector first = SliceDirections.FilterNormalized(_layout, _parameters, _settings.Seed, sample: 1);
            AlignedVector second = SliceDirections.FilterNormalized(_layout, _parameters, _settings.Seed, sample: 2);
            Line = new LossSlice(_parameters, [first], [LossSlice.Axis(1, _settings.LinePoints)]);
            Stage = new ProbeStage("line slice", Line.RequestCount);
            yield return Line.Requests();

            var planes = new List<PlaneSlice> { Plane("filter-normalised random directions", first, second, reach: 1) };
            if (Eigenvalues.Largest.Count > 1)
            {
                planes.Add(Plane("the two top eigenvectors", largest.Vector, Eigenvalues.Largest[1].Vector, ReachOfEigenvectors(largest)));
            }

            if (SliceDirections.OfPath(_parameters, _path) is { } ofPath)
            {
                planes.Add(Plane("the run's own path", ofPath.First, ofPath.Second, reach: 0));
            }

            Planes = planes;
            Stage = new ProbeStage("plane slices", planes.Sum(plane => plane.Slice.RequestCount));
            foreach (PlaneSlice plane in planes)
            {
                yield return plane.Slice.Requests();
            }
        }
    }

    private PlaneSlice Plane(string name, AlignedVector first, AlignedVector second, double reach)
    {
        PlanePoint[] path = [.. _path.Select(point => SliceDirections.Project(_parameters, first, second, point))];
        double x = path.Select(point => Math.Abs(point.X)).Append(reach / Margin).Max();
        double y = path.Select(point => Math.Abs(point.Y)).Append(reach / Margin).Max();
        double[][] axes = [LossSlice.Axis(Margin * x, _settings.PlanePoints), LossSlice.Axis(Margin * y, _settings.PlanePoints)];
        return new PlaneSlice(name, new LossSlice(_parameters, [first, second], axes), path);
    }

    // Along the top eigenvector the loss has then risen by about its own size, at least by 0.1.
    private double ReachOfEigenvectors(EigenPair largest) =>
        Math.Sqrt(2 * Math.Max(0.1, 2 * Math.Abs(Loss)) / Math.Max(1e-6, Math.Abs(largest.Value)));
}

/// <summary>A part of an examination.</summary>
/// <param name="Name">What is looked at.</param>
/// <param name="MostRequests">Requests that it takes at most.</param>
public readonly record struct ProbeStage(string Name, int MostRequests);

/// <summary>A plane through the point, with the path of the run.</summary>
/// <param name="Name">What spans it.</param>
/// <param name="Slice">The losses.</param>
/// <param name="Path">The points of the path.</param>
public sealed record PlaneSlice(string Name, LossSlice Slice, IReadOnlyList<PlanePoint> Path);

/// <summary>How closely a <see cref="CurvatureProbe"/> looks.</summary>
public sealed record CurvatureSettings
{
    /// <summary>Seed of all random vectors.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Largest residual of an eigenvalue, as a part of its magnitude.</summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Largest number of Lanczos steps for the extreme eigenvalues.</summary>
    public int MaxSteps { get; init; } = 100;

    /// <summary>Random vectors for the trace, at least 2.</summary>
    public int TraceSamples { get; init; } = 50;

    /// <summary>Random vectors for the spectral density.</summary>
    public int DensityVectors { get; init; } = 4;

    /// <summary>Lanczos steps of each.</summary>
    public int DensitySteps { get; init; } = 60;

    /// <summary>Points of the line slice; 0 for no slices.</summary>
    public int LinePoints { get; init; } = 51;

    /// <summary>Points of a plane slice along each side.</summary>
    public int PlanePoints { get; init; } = 25;

    /// <summary>Size of the box and of the ball.</summary>
    public SharpnessSettings Sharpness { get; init; } = new();
}
