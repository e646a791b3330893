using DistSgd.Learning.Curvature;
using MathNet.Numerics.LinearAlgebra;

namespace DistSgd.Learning.Tests.Curvature;

public sealed class SpectrumTests
{
    [Fact]
    public void The_trace_lies_within_its_error_bar_as_often_as_it_should()
    {
        SmallNet net = SmallNet.Trained(20);
        double trace = net.Hessian().Trace();
        double[] deviations = [.. Enumerable.Range(0, 60).Select(seed =>
        {
            TraceEstimate estimate = net.Run(new TraceEstimate(net.Layout, net.Parameters, 40, (ulong)seed), t => t.Requests());
            return Math.Abs(estimate.Mean - trace) / estimate.StandardError;
        })];

        // Within two standard errors 95 times in 100; 60 trials below 50 would happen once in several thousand suites, but the seeds are fixed.
        deviations.Count(d => d < 2).ShouldBeInRange(50, 60);
        deviations.Count(d => d < 1).ShouldBeInRange(28, 53);
    }

    [Fact]
    public void The_quadrature_has_the_moments_of_the_spectrum()
    {
        SmallNet net = SmallNet.Trained(20);
        Matrix<double> hessian = net.Hessian();
        int n = net.Layout.ParameterCount;
        SpectralDensity density = net.Run(
            new SpectralDensity(net.Layout, net.Parameters, new DensitySettings(Vectors: 300, Steps: 12, Seed: 3)), d => d.Requests());
        density.Nodes.Sum(node => node.Weight).ShouldBe(1, 1e-9);
        double Moment(int power) => density.Nodes.Sum(node => node.Weight * Math.Pow(node.Eigenvalue, power));
        Moment(1).ShouldBe(hessian.Trace() / n, 0.05 * hessian.Trace() / n);
        double squares = hessian.FrobeniusNorm() * hessian.FrobeniusNorm() / n;
        Moment(2).ShouldBe(squares, 0.1 * squares);
    }

    [Fact]
    public void Shares_of_the_spectrum_are_those_of_the_eigenvalues()
    {
        SmallNet net = SmallNet.Trained(20);
        double[] dense = net.Eigenvalues();
        SpectralDensity density = net.Run(
            new SpectralDensity(net.Layout, net.Parameters, new DensitySettings(Vectors: 200, Steps: 60, Seed: 3)), d => d.Requests());
        foreach (double bound in (double[])[-0.01, 0.01, 0.1])
        {
            density.ShareBelow(bound).ShouldBe(dense.Count(value => value < bound) / (double)dense.Length, 0.06, $"below {bound}");
        }
    }

    [Fact]
    public void The_density_integrates_to_one_and_peaks_where_the_nodes_are()
    {
        SmallNet net = SmallNet.Trained(20);
        SpectralDensity density = net.Run(
            new SpectralDensity(net.Layout, net.Parameters, new DensitySettings(Vectors: 3, Steps: 30, Seed: 3)), d => d.Requests());
        (double[] eigenvalues, double[] heights) = density.OnGrid(2001, 0.005);
        heights.Sum().ShouldBe(1 / (eigenvalues[1] - eigenvalues[0]), 0.01 / (eigenvalues[1] - eigenvalues[0]));
        Math.Abs(eigenvalues[Array.IndexOf(heights, heights.Max())]).ShouldBeLessThan(0.1); // most directions are flat
    }
}
