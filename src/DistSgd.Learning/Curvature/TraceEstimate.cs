using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>The trace of the Hessian from random signs v: the mean of vᵀHv, whose expectation is the trace (Hutchinson 1990).</summary>
/// <param name="layout">Layout of the parameters.</param>
/// <param name="parameters">Where the Hessian is taken.</param>
/// <param name="samples">Number of vectors, at least 2.</param>
/// <param name="seed">Seed of the vectors.</param>
public sealed class TraceEstimate(ParameterLayout layout, AlignedVector parameters, int samples, ulong seed)
{
    private readonly List<double> _values = [];

    /// <summary>vᵀHv of each vector.</summary>
    public IReadOnlyList<double> Samples => _values;

    /// <summary>The estimate.</summary>
    public double Mean => _values.Average();

    /// <summary>Its standard error: the standard deviation of the samples over √samples.</summary>
    public double StandardError =>
        Math.Sqrt(_values.Sum(value => (value - Mean) * (value - Mean)) / (_values.Count - 1) / _values.Count);

    /// <summary>Draws the samples.</summary>
    /// <returns>The products that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        var product = new AlignedVector(layout.Length);
        for (int sample = 0; sample < samples; sample++)
        {
            AlignedVector signs = FlatVectors.Signs(layout, seed, sample);
            yield return new HessianProductRequest(parameters, signs, product);
            _values.Add(FlatVectors.Dot(signs, product));
        }
    }
}
