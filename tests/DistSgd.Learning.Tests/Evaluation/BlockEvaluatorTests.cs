using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Tests.Evaluation;

public sealed class BlockEvaluatorTests
{
    [Theory]
    [InlineData(LossKind.CrossEntropy)]
    [InlineData(LossKind.BinaryCrossEntropy)]
    [InlineData(LossKind.Mse)]
    public void Means_over_all_blocks_agree_with_double_precision(LossKind loss)
    {
        TrainingData data = SmallRuns.Blobs(examples: 900, shards: 2, noise: 0.6, validation: 600);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Tanh, loss, 8);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        (Examples set, int[] indices) = data.Part(DataPart.Validation);
        EvaluationResult result = new BlockEvaluator(architecture, data.Scaler).EvaluateAll(parameters, set, indices);

        var oracle = new DoubleMlp(architecture);
        double[] theta = Array.ConvertAll(CanonicalOrder.Export(architecture.CreateLayout(), parameters.Span), p => (double)p);
        result.Examples.ShouldBe(600);
        result.Loss.ShouldBe(indices.Average(i => oracle.Loss(theta, set.FloatRow(i), data.Targets, i)), 1e-6);
        result.Accuracy.ShouldBe(indices.Average(i => oracle.IsCorrect(theta, set.FloatRow(i), set.Labels[i]) ? 1.0 : 0.0));
    }

    [Fact]
    public void Blocks_summed_in_order_give_the_whole_whoever_computed_them()
    {
        TrainingData data = SmallRuns.Blobs(examples: 1000, shards: 2, noise: 0.6);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Relu, LossKind.CrossEntropy, 8);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        (Examples set, int[] indices) = data.Part(DataPart.Training);
        BlockEvaluator[] workers = [new(architecture, data.Scaler), new(architecture, data.Scaler)];
        BlockEvaluator.BlockCount(indices.Length).ShouldBe(4);
        var blocks = new BlockResult[4];
        foreach (int block in new[] { 2, 0, 3, 1 })
        {
            blocks[block] = workers[block % 2].Evaluate(parameters, set, indices, block);
        }

        EvaluationResult.From(blocks[0] + blocks[1] + blocks[2] + blocks[3], 1000)
            .ShouldBe(workers[0].EvaluateAll(parameters, set, indices));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(256, 1)]
    [InlineData(257, 2)]
    public void Blocks_hold_256_examples_and_the_last_what_is_left(int examples, int blocks) =>
        BlockEvaluator.BlockCount(examples).ShouldBe(blocks);

    [Fact]
    public void A_regression_has_a_loss_and_no_accuracy()
    {
        TrainingData data = SmallRuns.Prepare(SyntheticData.Teacher(1, classes: 0, features: 4, examples: 50, testExamples: 20, noise: 0), 2);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Tanh, LossKind.Mse, 5);
        (Examples set, int[] indices) = data.Part(DataPart.Test);
        AlignedVector parameters = SmallRuns.Initial(architecture, Initialization.Zeros);
        EvaluationResult result = new BlockEvaluator(architecture, data.Scaler).EvaluateAll(parameters, set, indices);

        // All parameters zero: the prediction is 0 and the loss the mean square of the targets.
        result.Loss.ShouldBe(set.Targets!.Average(t => (double)t * t), 1e-12);
        result.Accuracy.ShouldBe(0);
    }

    [Fact]
    public void No_examples_give_no_number() =>
        EvaluationResult.From(default, 0).Loss.ShouldBe(double.NaN);

    [Fact]
    public void Predictions_are_the_outputs_of_each_row()
    {
        TrainingData data = SmallRuns.Prepare(
            SyntheticData.Blobs(seed: 3, classes: 3, features: 5, examples: 20, testExamples: 0, noise: 1), 2, scaling: FeatureScaling.Standard);
        MlpArchitecture architecture = SmallRuns.Model(data, Activation.Gelu, LossKind.CrossEntropy, 8);
        AlignedVector parameters = SmallRuns.Initial(architecture);
        var evaluator = new BlockEvaluator(architecture, data.Scaler);
        evaluator.Predict(parameters, data.Dataset.Train, [7, 3]);

        float[] scaled = new float[5];
        for (int f = 0; f < 5; f++)
        {
            scaled[f] = (data.Dataset.Train.FloatRow(3)[f] * data.Scaler.Scale[f]) + data.Scaler.Shift[f];
        }

        double[] theta = Array.ConvertAll(CanonicalOrder.Export(architecture.CreateLayout(), parameters.Span), p => (double)p);
        evaluator.Output(1).ToArray().ShouldBeCloseTo(new DoubleMlp(architecture).Outputs(theta, scaled), 1e-6, "outputs");
    }
}
