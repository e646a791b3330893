using DistSgd.Learning.Models;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Networks;

/// <summary>What <see cref="ZeroInitializationStudy"/> measured, in tables, charts and words.</summary>
/// <param name="starts">The nets, one an activation.</param>
/// <param name="recipe">How they were trained.</param>
/// <param name="isStandard">False if the user changed the training, about which the tutorials then say nothing.</param>
internal sealed class ZeroInitializationReport(IReadOnlyList<ZeroStart> starts, TrainingRecipe recipe, bool isStandard)
{
    private const string Proof = "The gradient of the output bias is the mean of softmax(0) - onehot(y): 1/C minus the part of each class "
        + "in the batch: zero only if all classes are equally frequent. A sigmoid of 0 is 1/2, so each output weight gets half of it too. "
        + "What is zero is the gradient of the first layer, which comes through output weights of zero.";

    /// <summary>The result of the study.</summary>
    /// <param name="command">The command that makes it anew.</param>
    /// <returns>The result.</returns>
    public StudyResult Write(string command) => new()
    {
        Name = "landscape-zero-initialization",
        Title = "All weights zero",
        Summary = Summary(),
        Command = command,
        Tables = [GradientTable(), SymmetryTable()],
        Sections =
        [
            new ReportSection("The gradient at the start", GradientReading()) { Charts = [GradientChart()], Tables = [Table(GradientTable())] },
            new ReportSection("Hidden units that never part", SymmetryReading())
            {
                Charts = [LossChart()],
                Tables = [Table(SymmetryTable())],
            },
        ],
        Claims = [.. Claims()],
    };

    private string Summary() =>
        "From weights of zero only the output layer has a gradient at first, not nothing at all; the hidden units "
        + $"{(starts.All(start => start.DistinctUnits == 1) ? "stay one and the same" : "hardly part")}, and the best net ends at "
        + $"{Percent(starts.Max(start => start.End.Accuracy))} right. From He weights the worst ends at {Percent(starts.Min(start => start.RandomEnd.Accuracy))}.";

    private string GradientReading()
    {
        ZeroStart relu = Of(Activation.Relu);
        ZeroStart sigmoid = Of(Activation.Sigmoid);
        return $"With all weights at zero the first layer's gradient is {Largest(start => start.FirstBatch.WeightNorms[0])}, whatever the activation, but the "
            + $"output bias has one of {Number(relu.FirstBatch.BiasNorms[1])} over the first batch, and with sigmoid units, whose output is then "
            + $"1/2, the output weights have {Number(sigmoid.FirstBatch.WeightNorms[1])}. Over all examples, whose classes are equally frequent, "
            + $"the largest of these is {Largest(start => Math.Max(start.AllExamples.BiasNorms[1], start.AllExamples.WeightNorms[1]))}: rounding.";
    }

    private string SymmetryReading()
    {
        ZeroStart best = starts.MaxBy(start => start.End.Accuracy)!;
        ZeroStart relu = Of(Activation.Relu);
        string units = starts.Max(start => start.DistinctUnits) is var most and > 1 ? $"at most {most} different ones" : "one and the same, to the bit";
        return $"After {recipe.Steps} steps the {ZeroInitializationStudy.Width} hidden units of a net that started at zero are {units}; from He "
            + $"weights at least {starts.Min(start => start.RandomDistinctUnits)} differ. The best net from zero ({best.Name}) has {Percent(best.End.Accuracy)} right and ReLU {Percent(relu.End.Accuracy)}; from He "
            + $"weights {Percent(starts.Min(start => start.RandomEnd.Accuracy))} are right at worst. With "
            + "tanh, whose value at 0 is 0, the output weights stay at zero as with ReLU.";
    }

    private IEnumerable<SeedClaim> Claims()
    {
        ZeroStart relu = Of(Activation.Relu);
        ZeroStart sigmoid = Of(Activation.Sigmoid);
        bool firstLayerIsDead = starts.All(start => start.FirstBatch.WeightNorms[0] == 0 && start.FirstBatch.BiasNorms[0] == 0);
        yield return new SeedClaim(
            "003",
            "If weights are all initialized to zero, all gradients are zero and nothing learns",
            $"first layer: {Number(relu.FirstBatch.WeightNorms[0])}; output bias: {Number(relu.FirstBatch.BiasNorms[1])}; output weights: "
            + $"{Number(relu.FirstBatch.WeightNorms[1])} with ReLU, {Number(sigmoid.FirstBatch.WeightNorms[1])} with sigmoid; so true of the first layer alone",
            firstLayerIsDead && relu.FirstBatch.BiasNorms[1] > 0 && relu.FirstBatch.WeightNorms[1] == 0 && sigmoid.FirstBatch.WeightNorms[1] > 0
                ? ClaimVerdict.Erratum
                : ClaimVerdict.Contradicted,
            Proof);
        if (isStandard)
        {
            bool essential = starts.All(start => start.DistinctUnits == 1 && start.RandomDistinctUnits == ZeroInitializationStudy.Width
                && start.RandomEnd.Accuracy > start.End.Accuracy);
            yield return new SeedClaim(
                "003",
                "Symmetry breaking (random initialization) is essential",
                $"from zero {starts.Max(start => start.DistinctUnits)} distinct hidden unit of {ZeroInitializationStudy.Width} and "
                + $"{Percent(starts.Max(start => start.End.Accuracy))} at best; from He weights {starts.Min(start => start.RandomDistinctUnits)} and "
                + $"{Percent(starts.Min(start => start.RandomEnd.Accuracy))} at worst",
                essential ? ClaimVerdict.Reproduced : ClaimVerdict.Contradicted);
        }
    }

    private StudyTable GradientTable() => new(
        "gradients",
        $"Norm of the gradient at zero weights, first batch of {recipe.Batch}",
        ["activation", "hidden_weights", "hidden_bias", "output_weights", "output_bias", "output_bias_all_examples"],
        [.. starts.Select(start => (object?[])
        [
            start.Name, start.FirstBatch.WeightNorms[0], start.FirstBatch.BiasNorms[0],
            start.FirstBatch.WeightNorms[1], start.FirstBatch.BiasNorms[1], start.AllExamples.BiasNorms[1],
        ])]);

    private StudyTable SymmetryTable() => new(
        "symmetry",
        $"After {recipe.Steps} steps of batch {recipe.Batch}, learning rate {Number(recipe.LearningRate)}, momentum {Number(recipe.Momentum)}",
        ["activation", "zero_distinct_units", "zero_loss", "zero_accuracy", "he_distinct_units", "he_loss", "he_accuracy"],
        [.. starts.Select(start => (object?[])
        [
            start.Name, start.DistinctUnits, start.End.Loss, start.End.Accuracy,
            start.RandomDistinctUnits, start.RandomEnd.Loss, start.RandomEnd.Accuracy,
        ])]);

    private HeatMap GradientChart() => new()
    {
        Title = "Gradient at zero weights",
        Description = "Norm of the gradient over the first batch, a row for each activation: only the output bias, and with sigmoid the output "
            + "weights, have any.",
        X = new Axis("1 hidden weights, 2 hidden bias, 3 output weights, 4 output bias"),
        Y = new Axis(string.Join(", ", starts.Select((start, i) => $"{i + 1} {start.Name}"))),
        ValueLabel = "Norm",
        Field = new GridField([1, 2, 3, 4], [.. starts.Select((_, i) => i + 1.0)], [.. starts.Select(start => (double[])
        [
            start.FirstBatch.WeightNorms[0], start.FirstBatch.BiasNorms[0], start.FirstBatch.WeightNorms[1], start.FirstBatch.BiasNorms[1],
        ])]),
    };

    private LineChart LossChart() => new()
    {
        Title = "Loss during training",
        Description = "The loss over all examples during training from zero weights with each activation, and from He weights with ReLU.",
        X = new Axis("Step"),
        Y = new Axis("Loss"),
        Curves =
        [
            .. starts.Select(start => new Curve($"{start.Name}, zero", start.Training.Steps, start.Training.Losses)),
            new Curve("relu, he", Of(Activation.Relu).RandomTraining.Steps, Of(Activation.Relu).RandomTraining.Losses) { Style = CurveStyle.Dashed },
        ],
    };

    private ZeroStart Of(Activation activation) => starts.Single(start => start.Activation == activation);

    private string Largest(Func<ZeroStart, double> value) => Number(starts.Max(value));
}
