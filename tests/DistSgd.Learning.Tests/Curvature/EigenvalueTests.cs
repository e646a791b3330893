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

    [Fact]
    public void A_krylov_space_that_is_exhausted_has_converged()
    {
        // A linear model on two classes with one feature: few parameters, so few distinct eigenvalues.
        SmallNet net = SmallNet.Trained(20);
        ExtremeEigenvalues found = net.Run(
            new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings(1, 1, 0, MaxSteps: 10_000, Seed: 5)), e => e.Requests());
        found.Steps.ShouldBeLessThanOrEqualTo(net.Layout.ParameterCount);
        double[] dense = net.Eigenvalues();
        found.Largest[0].Value.ShouldBe(dense[^1], 1e-5 * dense[^1]);
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

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_number_of_shards_is_all_that_the_bits_depend_on(int shards)
    {
        double Largest(int examples)
        {
            SmallNet net = SmallNet.Trained(10, shards: shards);
            var curvature = new LocalCurvature(net.Task.Architecture, net.Task.Data, examples);
            var eigenvalues = new ExtremeEigenvalues(net.Layout, net.Parameters, new ExtremeSettings());
            curvature.Run(eigenvalues.Requests());
            return eigenvalues.Largest[0].Value;
        }

        Largest(300).ShouldBe(Largest(300));
        Largest(101).ShouldNotBe(Largest(300));
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
