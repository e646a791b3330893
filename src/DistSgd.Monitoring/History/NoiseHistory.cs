using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.History;

/// <summary>The noise of the gradient over a run: the noise scale that follows from the slices, and the tests of single examples where they were asked for.</summary>
public sealed class NoiseHistory
{
    /// <summary>Gradient noise scale in examples.</summary>
    public ThinnedSeries Scale { get; } = new();

    /// <summary>Lower end of its 95 % interval.</summary>
    public ThinnedSeries Low { get; } = new();

    /// <summary>Upper end of its 95 % interval.</summary>
    public ThinnedSeries High { get; } = new();

    /// <summary>θ of the norm test of slices.</summary>
    public ThinnedSeries NormTest { get; } = new();

    /// <summary>θ of their inner-product test.</summary>
    public ThinnedSeries InnerProductTest { get; } = new();

    /// <summary>ν of their orthogonality test.</summary>
    public ThinnedSeries OrthogonalityTest { get; } = new();

    /// <summary>Takes an estimate in.</summary>
    /// <param name="noise">The estimate.</param>
    public void Add(NoiseScaleMeasurement noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        Scale.Add(noise.Step, noise.NoiseScale);
        Low.Add(noise.Step, noise.Low);
        High.Add(noise.Step, noise.High);
    }

    /// <summary>Takes tests in.</summary>
    /// <param name="tests">The tests.</param>
    public void Add(GradientTestMeasurement tests)
    {
        ArgumentNullException.ThrowIfNull(tests);
        NormTest.Add(tests.Step, tests.NormTest);
        InnerProductTest.Add(tests.Step, tests.InnerProductTest);
        OrthogonalityTest.Add(tests.Step, tests.OrthogonalityTest);
    }
}
