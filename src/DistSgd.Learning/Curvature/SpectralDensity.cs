using DistSgd.Learning.Models;
using DistSgd.Numerics.Eigen;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>
/// The density of the Hessian's eigenvalues by stochastic Lanczos quadrature: for random start vectors, the Ritz values are nodes and the
/// squared first components of their vectors weights of a quadrature of the spectrum (Ubaru, Chen and Saad 2017; Ghorbani et al. 2019).
/// </summary>
/// <param name="layout">Layout of the parameters.</param>
/// <param name="parameters">Where the Hessian is taken.</param>
/// <param name="settings">Number of vectors and steps.</param>
public sealed class SpectralDensity(ParameterLayout layout, AlignedVector parameters, DensitySettings settings)
{
    private readonly List<SpectralNode> _nodes = [];

    /// <summary>The nodes of all vectors, ascending; their weights sum to 1.</summary>
    public IReadOnlyList<SpectralNode> Nodes => _nodes;

    /// <summary>Runs the quadrature.</summary>
    /// <returns>The products that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        for (int sample = 0; sample < settings.Vectors; sample++)
        {
            // Other vectors than those of the trace, so that the two do not err together.
            var process = new LanczosProcess(parameters, FlatVectors.Signs(layout, settings.Seed, ~sample));
            for (int step = 0; step < Math.Min(settings.Steps, layout.ParameterCount) && !process.IsExhausted; step++)
            {
                foreach (CurvatureRequest request in process.Step())
                {
                    yield return request;
                }
            }

            if (process.Steps > 0)
            {
                EigenDecomposition ritz = process.Ritz();
                _nodes.AddRange(ritz.Values.Select((value, k) =>
                    new SpectralNode(value, ritz.Vectors[0, k] * ritz.Vectors[0, k] / settings.Vectors)));
            }
        }

        _nodes.Sort((a, b) => a.Eigenvalue.CompareTo(b.Eigenvalue));
    }

    /// <summary>Share of the eigenvalues below a bound.</summary>
    /// <param name="bound">The bound.</param>
    /// <returns>A number from 0 to 1.</returns>
    public double ShareBelow(double bound) => _nodes.TakeWhile(node => node.Eigenvalue < bound).Sum(node => node.Weight);

    /// <summary>The density on a grid, each node widened to a normal curve.</summary>
    /// <param name="points">Number of points, at least 2.</param>
    /// <param name="relativeWidth">Standard deviation of the curve as a part of the spectrum's range.</param>
    /// <returns>Eigenvalues and the density there, whose integral is 1.</returns>
    public (double[] Eigenvalues, double[] Density) OnGrid(int points, double relativeWidth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        double low = _nodes[0].Eigenvalue, high = _nodes[^1].Eigenvalue;
        double range = Math.Max(high - low, 1e-12);
        double width = relativeWidth * range;
        low -= 4 * width;
        high += 4 * width;
        var eigenvalues = new double[points];
        var density = new double[points];
        for (int i = 0; i < points; i++)
        {
            eigenvalues[i] = low + ((high - low) * i / (points - 1));
            foreach (SpectralNode node in _nodes)
            {
                double z = (eigenvalues[i] - node.Eigenvalue) / width;
                density[i] += node.Weight * Math.Exp(-0.5 * z * z) / (width * Math.Sqrt(2 * Math.PI));
            }
        }

        return (eigenvalues, density);
    }
}

/// <summary>How finely <see cref="SpectralDensity"/> looks.</summary>
/// <param name="Vectors">Number of random start vectors.</param>
/// <param name="Steps">Products of each.</param>
/// <param name="Seed">Seed of the vectors.</param>
public sealed record DensitySettings(int Vectors, int Steps, ulong Seed);

/// <summary>A node of the quadrature of the spectrum.</summary>
/// <param name="Eigenvalue">Where it lies.</param>
/// <param name="Weight">The share of the eigenvalues that it stands for.</param>
public readonly record struct SpectralNode(double Eigenvalue, double Weight);
