using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Curvature;

public sealed class EigenvalueTests
{
    [Theory]
    [InlineData(0, Activation.Tanh)]
    [InlineData(40, Activation.Tanh)]
    [InlineData(40, Activation.Relu)]
    [InlineData(40, Activation.Gelu)]
    public void The_extreme_eigenvalues_are_those_of_mathnet(long steps, Activation activation)
    {
        SmallNet net = SmallNet.Trained(steps, activation);
        double[] dense = net.Eigenvalues();
        ExtremeEigenvalues found = net.Run(
            new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings(2, 2, 1e-4, 200, Seed: 5)), e => e.Requests());
        found.HasConverged.ShouldBeTrue();
        double scale = dense.Max(Math.Abs);
        found.Largest.Select(pair => pair.Value).ShouldBe([dense[^1], dense[^2]], 1e-4 * scale);
        found.Smallest.Select(pair => pair.Value).ShouldBe([dense[0], dense[1]], 1e-4 * scale);
        foreach (EigenPair pair in found.Largest.Concat(found.Smallest))
        {
            RequireEigenvector(net, pair, 3e-4 * scale);
        }
    }

    [Fact]
    public void The_residual_that_is_reported_is_that_of_the_vector()
    {
        SmallNet net = SmallNet.Trained(20);
        ExtremeEigenvalues found = net.Run(
            new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings(1, 1, 1e-9, MaxSteps: 6, Seed: 5)), e => e.Requests());
        found.Steps.ShouldBe(6);
        found.HasConverged.ShouldBeFalse();
        EigenPair pair = found.Smallest[0];
        pair.Residual.ShouldBeGreaterThan(1e-3);
        ResidualOf(net, pair).ShouldBe(pair.Residual, 1e-4 * Math.Abs(found.Largest[0].Value));
    }

    [Theory]
    [InlineData(Activation.Tanh, 1000)]
    [InlineData(Activation.Sigmoid, 1000)]
    [InlineData(Activation.Tanh, 40)] // fewer than there are parameters: the space of low rank is exhausted all the same
    public void Multiple_eigenvalues_of_a_hessian_of_low_rank_are_counted(Activation activation, int maxSteps)
    {
        // Weights of zero: units that do the same make eigenvalues that are the same (six with tanh), and most directions are flat.
        SmallNet net = SmallNet.Zero(activation);
        double[] dense = net.Eigenvalues();
        ExtremeEigenvalues found = net.Run(
            new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings(2, 2, Tolerance: 1e-9, maxSteps)), e => e.Requests());
        found.HasConverged.ShouldBeTrue();
        found.Largest.Select(pair => pair.Value).ShouldBe([dense[^1], dense[^2]], 1e-5 * dense[^1]);
        found.Smallest.Select(pair => pair.Value).ShouldBe([dense[0], dense[1]], 1e-5 * dense[^1]);
    }

    [Fact]
    public void A_space_of_few_dimensions_has_a_smallest_eigenvalue_too()
    {
        foreach (int steps in (int[])[1, 2, 3])
        {
            SmallNet net = SmallNet.Trained(10);
            ExtremeEigenvalues found = net.Run(
                new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings(2, 1, MaxSteps: steps)), e => e.Requests());
            found.Largest.Count.ShouldBe(Math.Min(2, steps));
            found.Smallest.Single().Value.ShouldBeLessThanOrEqualTo(found.Largest[^1].Value);
        }
    }

    [Fact]
    public void No_residual_is_reported_that_is_finer_than_the_products()
    {
        SmallNet net = SmallNet.Trained(20);
        ExtremeEigenvalues found = net.Run(
            new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings(1, 1, MaxSteps: 1000)), e => e.Requests());
        found.Largest[0].Residual.ShouldBeGreaterThanOrEqualTo(1e-7 * found.Largest[0].Value);
        ResidualOf(net, found.Largest[0]).ShouldBeLessThan(10 * found.Largest[0].Residual);
    }

    [Fact]
    public void The_basis_stays_orthonormal()
    {
        SmallNet net = SmallNet.Trained(20);
        var process = new LanczosProcess(net.Parameters, FlatVectors.Normal(net.Layout, seed: 1, sample: 0));
        while (process.Steps < 60 && !process.IsExhausted)
        {
            net.Curvature.Run(process.Step());
        }

        foreach ((AlignedVector u, int i) in process.Basis.Select((vector, i) => (vector, i)))
        {
            foreach ((AlignedVector v, int j) in process.Basis.Select((vector, j) => (vector, j)))
            {
                FlatVectors.Dot(u, v).ShouldBe(i == j ? 1 : 0, 1e-5);
            }
        }
    }

    [Fact]
    public void A_point_where_the_loss_is_not_finite_has_no_eigenvalues()
    {
        SmallNet net = SmallNet.Trained(5);
        net.Parameters.Span[0] = float.NaN;
        ExtremeEigenvalues found = net.Run(new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings()), e => e.Requests());
        found.IsFinite.ShouldBeFalse();
        found.HasConverged.ShouldBeFalse();
        found.Largest.ShouldBeEmpty();
    }

    private static void RequireEigenvector(SmallNet net, EigenPair pair, double tolerance)
    {
        FlatVectors.Norm(pair.Vector).ShouldBe(1, 1e-5);
        ResidualOf(net, pair).ShouldBeLessThan(tolerance);
    }

    private static double ResidualOf(SmallNet net, EigenPair pair)
    {
        var product = new AlignedVector(pair.Vector.Length);
        net.Curvature.Multiply(net.Parameters, pair.Vector, product);
        FlatVectors.Add(-pair.Value, pair.Vector, product);
        return FlatVectors.Norm(product);
    }
}
