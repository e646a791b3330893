using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;

namespace DistSgd.Learning.Tests.Curvature;

public sealed class HessianProductTests
{
    // A product passes twice the roundings of a gradient, and the four-point formula is good to about 1e-7.
    private const double Tolerance = 3e-5;

    public static TheoryData<Activation, LossKind> Kinds => ModelCase.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Products_of_a_deep_model_agree_with_central_differences(Activation activation, LossKind loss) =>
        Check(ModelCase.Draw(activation, loss, inputs: 5, hidden: [7, 3, 6], classes: 3, rows: 4));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Products_of_widths_that_need_padding_agree_with_central_differences(Activation activation, LossKind loss) =>
        Check(ModelCase.Draw(activation, loss, inputs: 9, hidden: [33, 17], classes: 18, rows: 5));

    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.Mse)]
    public void Products_of_linear_models_agree_with_central_differences(LossKind loss)
    {
        Check(ModelCase.Draw(Activation.Relu, loss, inputs: 6, hidden: [], classes: 4, rows: 9));
        Check(ModelCase.Draw(Activation.Relu, loss, inputs: 6, hidden: [], classes: 2, rows: 9));
    }

    [Fact]
    public void Products_of_a_regression_on_two_targets_agree_with_central_differences() =>
        Check(ModelCase.Draw(Activation.Tanh, LossKind.Mse, inputs: 6, hidden: [8], classes: 0, rows: 5));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_hessian_of_all_products_is_symmetric(Activation activation, LossKind loss)
    {
        ModelCase model = ModelCase.Draw(activation, loss, inputs: 6, hidden: [5, 4], classes: 3, rows: 700);
        LocalCurvature curvature = Curvature(model);
        AlignedVector u = Draw(model.Architecture, 1), v = Draw(model.Architecture, 2);
        AlignedVector hu = new(u.Length), hv = new(u.Length);
        AlignedVector parameters = model.FlatParameters();
        curvature.Multiply(parameters, u, hu);
        curvature.Multiply(parameters, v, hv);
        double left = FlatVectors.Dot(u, hv), right = FlatVectors.Dot(v, hu);
        left.ShouldBe(right, 1e-5 * FlatVectors.Norm(u) * FlatVectors.Norm(hv));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Products_are_zero_in_the_padding_and_linear_in_the_vector(Activation activation, LossKind loss)
    {
        ModelCase model = ModelCase.Draw(activation, loss, inputs: 9, hidden: [17, 5], classes: 3, rows: 300);
        LocalCurvature curvature = Curvature(model);
        AlignedVector parameters = model.FlatParameters(), u = Draw(model.Architecture, 1);
        AlignedVector once = new(u.Length), doubled = new(u.Length);
        curvature.Multiply(parameters, u, once);
        FlatVectors.Scale(u, 2);
        curvature.Multiply(parameters, u, doubled);
        FlatVectors.Scale(once, 2);
        doubled.Span.SequenceEqual(once.Span).ShouldBeTrue(); // doubling is exact in floating point

        foreach (int place in model.Architecture.CreateLayout().CanonicalPlaces())
        {
            once.Span[place] = 0;
        }

        once.Span.IndexOfAnyExcept(0f).ShouldBe(-1);
    }

    [Fact]
    public void The_gradient_is_that_of_a_step_over_the_same_examples()
    {
        ModelCase model = ModelCase.Draw(Activation.Relu, LossKind.CrossEntropy, inputs: 9, hidden: [17], classes: 3, rows: 600);
        LocalCurvature curvature = Curvature(model);
        var gradient = new AlignedVector(model.FlatParameters().Length);
        double loss = curvature.Gradient(model.FlatParameters(), gradient);
        (double[] losses, AlignedVector sum) = model.Compute();
        loss.ShouldBe(losses.Average(), 1e-6);
        FlatVectors.Scale(sum, 1.0 / model.Rows);
        gradient.Span.ToArray().ShouldBeCloseTo(Array.ConvertAll(sum.Span.ToArray(), x => (double)x), 1e-5, "gradient");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(301)]
    [InlineData(599)]
    public void A_part_of_the_examples_is_the_first_of_each_shard_in_turn(int examples)
    {
        ModelCase model = ModelCase.Draw(Activation.Tanh, LossKind.CrossEntropy, inputs: 5, hidden: [4], classes: 3, rows: 600);
        TrainingData data = Data(model);
        var oracle = new DoubleMlp(model.Architecture);
        double[] parameters = Array.ConvertAll(model.Parameters, p => (double)p);
        double expected = Enumerable.Range(0, examples)
            .Select(position => data.Split.Shards[position % data.Shards][position / data.Shards])
            .Average(row => oracle.Loss(parameters, model.Input(row), model.Targets, row));
        var gradient = new AlignedVector(model.FlatParameters().Length);
        new LocalCurvature(model.Architecture, data, examples).Gradient(model.FlatParameters(), gradient).ShouldBe(expected, 1e-6);
    }

    private static void Check(ModelCase model)
    {
        AlignedVector direction = Draw(model.Architecture, 3);
        var product = new AlignedVector(direction.Length);
        Curvature(model).Multiply(model.FlatParameters(), direction, product);
        ParameterLayout layout = model.Architecture.CreateLayout();
        double[] expected = DirectionalDifference(model, CanonicalOrder.Export(layout, direction.Span));
        CanonicalOrder.Export(layout, product.Span).ShouldBeCloseTo(expected, Tolerance, "Hessian-vector product");
    }

    /// <summary>The derivative of the mean gradient along a direction, from four values of the loss for each element.</summary>
    private static double[] DirectionalDifference(ModelCase model, float[] direction)
    {
        const double Step = 1e-4;
        var oracle = new DoubleMlp(model.Architecture);
        double Loss(double[] p) => Enumerable.Range(0, model.Rows).Average(r => oracle.Loss(p, model.Input(r), model.Targets, r));
        double At(int i, double along, double across)
        {
            double[] moved = [.. model.Parameters.Zip(direction, (p, d) => p + (along * d))];
            moved[i] += across;
            return Loss(moved);
        }

        return [.. Enumerable.Range(0, model.Parameters.Length).Select(i =>
            (At(i, Step, Step) - At(i, Step, -Step) - At(i, -Step, Step) + At(i, -Step, -Step)) / (4 * Step * Step))];
    }

    private static AlignedVector Draw(MlpArchitecture architecture, ulong seed)
    {
        ParameterLayout layout = architecture.CreateLayout();
        var random = new RandomStream(seed, StreamPurpose.Test);
        var vector = new AlignedVector(layout.Length);
        foreach (int place in layout.CanonicalPlaces())
        {
            vector.Span[place] = (float)random.NextNormal();
        }

        FlatVectors.Scale(vector, 1 / FlatVectors.Norm(vector));
        return vector;
    }

    private static LocalCurvature Curvature(ModelCase model) => new(model.Architecture, Data(model));

    private static TrainingData Data(ModelCase model)
    {
        MlpArchitecture architecture = model.Architecture;
        Examples train = model.Targets.Values is { } values
            ? Examples.WithTargets(architecture.Inputs, model.Inputs, architecture.Outputs, values)
            : Examples.FromFloats(architecture.Inputs, model.Inputs, model.Targets.Labels);
        var dataset = new Dataset("case", train, Examples.NoneLike(train), architecture.Classes, "");
        return SmallRuns.Prepare(dataset, shards: 3);
    }
}
