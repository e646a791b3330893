using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Studies.Networks;

/// <summary><c>derivative-cost</c>: what a gradient, a Hessian-vector product and a whole Hessian cost as a net grows.</summary>
/// <param name="clock">The clock.</param>
public sealed class DerivativeCostStudy(TimeProvider clock) : INamedStudy
{
    /// <summary>Number of examples of every measurement.</summary>
    internal const int Examples = 256;

    private const int Features = 8;
    private const int Classes = 4;
    private const int WidestHessian = 64;

    // Up to this width a Hessian is computed several times; beyond, one takes long enough to be measured by itself.
    private const int WidestRepeatedHessian = 32;

    // Whole vectors of 16, so that no measurement pays for padding that another does not have.
    private static readonly int[] Widths = [16, 32, 48, 64, 128, 256, 512, 1024];

    // Whatever else runs on the machine may bend the times of one measurement.
    private const int MostMeasurements = 3;

    private static readonly int[] Dimensions = [16, 32, 64, 128];

    /// <inheritdoc/>
    public string Name => "derivative-cost";

    /// <inheritdoc/>
    public string Description => "Time of gradient, Hessian-vector product and whole Hessian over the number of parameters.";

    /// <inheritdoc/>
    public StudyOptions Accepts => StudyOptions.None;

    /// <inheritdoc/>
    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TrainingData data = SmallNetwork.Prepare(
            SyntheticData.Blobs(settings.Seed, Classes, Features, Examples, testExamples: 0, noise: 0.3), settings.Seed);
        var timer = new MedianTimer(clock);
        NewtonCost[] newton = [.. Dimensions.Select(dimension => CountedInversion.Measure(dimension, settings.Seed))];
        DerivativeCostReport report = MeasureAll();
        var earlier = new List<string>();
        while (!report.IsWithinBounds && earlier.Count + 1 < MostMeasurements)
        {
            earlier.Add(report.Exponents);
            report = MeasureAll();
        }

        return report.Write(StudyCommandLine.Of(Name, settings), earlier);

        DerivativeCostReport MeasureAll() => new([.. Widths.Select(width => Measure(data, width, timer))], newton);
    }

    private static DerivativeCost Measure(TrainingData data, int width, MedianTimer timer)
    {
        var network = new SmallNetwork(data, [width, width], Activation.Tanh, Initialization.Xavier);
        ParameterLayout layout = network.Layout;
        var curvature = new LocalCurvature(network.Architecture, data);
        AlignedVector parameters = network.Initial();
        AlignedVector direction = network.Initial();
        var result = new AlignedVector(layout.Length);
        if (width == Widths[0])
        {
            timer.Settle(() =>
            {
                curvature.Gradient(parameters, result);
                curvature.Multiply(parameters, direction, result);
            });
        }

        double gradient = timer.Seconds(() => curvature.Gradient(parameters, result));
        double product = timer.Seconds(() => curvature.Multiply(parameters, direction, result));
        int calls = width > WidestRepeatedHessian ? 1 : 5;
        double? hessian = width > WidestHessian ? null : timer.Seconds(() => DenseHessian.Compute(curvature, layout, parameters), calls);
        return new DerivativeCost(width, layout.ParameterCount, gradient, product, hessian);
    }
}

/// <summary>What derivatives of one net cost.</summary>
/// <param name="Width">Width of its two hidden layers.</param>
/// <param name="Parameters">Number of parameters n.</param>
/// <param name="Gradient">Seconds of a gradient.</param>
/// <param name="Product">Seconds of a Hessian-vector product.</param>
/// <param name="Hessian">Seconds of the whole Hessian; null where it was not computed.</param>
internal sealed record DerivativeCost(int Width, int Parameters, double Gradient, double Product, double? Hessian)
{
    /// <summary>Bytes of the Hessian in double precision.</summary>
    public double HessianBytes => (double)sizeof(double) * Parameters * Parameters;
}
