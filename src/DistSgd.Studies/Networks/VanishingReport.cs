using DistSgd.Learning.Models;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Networks;

/// <summary>What <see cref="VanishingStudy"/> measured, in tables, charts and words.</summary>
/// <param name="flows">The gradients of all nets.</param>
/// <param name="nets">The trained nets.</param>
/// <param name="recipe">How they were trained.</param>
/// <param name="isStandard">False if the user changed the training, about which the tutorials then say nothing.</param>
internal sealed class VanishingReport(
    IReadOnlyList<GradientFlow> flows, IReadOnlyList<DeepNet> nets, TrainingRecipe recipe, bool isStandard)
{
    private const double Learned = 0.9;

    /// <summary>The result of the study.</summary>
    /// <param name="command">The command that makes it anew.</param>
    /// <returns>The result.</returns>
    public StudyResult Write(string command) => new()
    {
        Name = "landscape-vanishing",
        Title = "Vanishing gradients",
        Summary = Summary(),
        Command = command,
        Tables = [DeepestTable(), TrainingTable(), RatioTable(), LayerTable()],
        Sections =
        [
            new ReportSection("From the output back to the input", FlowReading()) { Charts = [LayerChart(), RatioChart()], Tables = [Table(DeepestTable())] },
            new ReportSection("What training makes of it", TrainingReading()) { Charts = [LossChart()], Tables = [Table(TrainingTable())] },
        ],
        Claims = [.. Claims()],
    };

    private IEnumerable<GradientFlow> Deepest => flows.Where(flow => flow.Depth == VanishingStudy.MaxDepth);

    private string Summary()
    {
        GradientFlow relu = Flow(Activation.Relu, Initialization.He);
        GradientFlow sigmoid = Flow(Activation.Sigmoid, Initialization.Xavier);
        return $"Behind {VanishingStudy.MaxDepth} hidden layers of sigmoid units the first layer gets {Number(sigmoid.Ratio)} of the last layer's "
            + $"gradient, and {recipe.Steps} steps of training end at {Percent(Net(Activation.Sigmoid, VanishingStudy.MaxDepth).Accuracy)} right; with "
            + $"ReLU it gets {Number(relu.Ratio)}, and training ends at {Percent(Net(Activation.Relu, VanishingStudy.MaxDepth).Accuracy)}.";
    }

    private string FlowReading()
    {
        GradientFlow relu = Flow(Activation.Relu, Initialization.He);
        GradientFlow tanh = Flow(Activation.Tanh, Initialization.Xavier);
        GradientFlow sigmoid = Flow(Activation.Sigmoid, Initialization.Xavier);
        double largestSmall = Deepest.Where(flow => !flow.Start.IsUsual).Max(flow => flow.Norms[0]);
        return $"In nets of {VanishingStudy.MaxDepth} hidden layers a layer's gradient is {Number(sigmoid.FactorTowardsInput)} times that of the layer "
            + $"behind it with sigmoid units, whose slope is at most 1/4, {Number(tanh.FactorTowardsInput)} times with tanh and {Number(relu.FactorTowardsInput)} times with ReLU; "
            + $"the first layer keeps {Number(sigmoid.Ratio)}, {Number(tanh.Ratio)} and {Number(relu.Ratio)} of the last. "
            + $"The start matters as much: with weights of deviation 0.01 no first layer has a gradient above {Number(largestSmall)}, ReLU or not.";
    }

    private string TrainingReading()
    {
        DeepNet relu = Net(Activation.Relu, VanishingStudy.MaxDepth);
        DeepNet deep = Net(Activation.Sigmoid, VanishingStudy.MaxDepth);
        DeepNet shallow = Net(Activation.Sigmoid, VanishingStudy.ShallowDepth);
        return $"After {recipe.Steps} steps the deep ReLU net has {Percent(relu.Accuracy)} of the spirals right, the deep sigmoid net "
            + $"{Percent(deep.Accuracy)} with a loss of {Number(deep.Training.End.Loss)} (guessing: {Number(Math.Log(VanishingStudy.Classes))}); "
            + $"a sigmoid net of {VanishingStudy.ShallowDepth} hidden layers has {Percent(shallow.Accuracy)}.";
    }

    private IEnumerable<SeedClaim> Claims()
    {
        GradientFlow sigmoid = Flow(Activation.Sigmoid, Initialization.Xavier);
        GradientFlow relu = Flow(Activation.Relu, Initialization.He);
        double[] slopes = ReluSlopes();
        yield return Claim(
            "ReLU mitigates vanishing gradients by constant gradients in the positive region",
            $"its slope is {string.Join(" and ", slopes.Distinct().Select(value => Number(value)))} from 0.001 to 1000; a layer's gradient is "
            + $"{Number(relu.FactorTowardsInput)} times that of the layer behind it, {Number(sigmoid.FactorTowardsInput)} times with sigmoid",
            slopes.All(value => value == 1) && relu.FactorTowardsInput is > 0.5 and < 2 && sigmoid.FactorTowardsInput < 0.5);
        if (isStandard)
        {
            DeepNet deepSigmoid = Net(Activation.Sigmoid, VanishingStudy.MaxDepth);
            DeepNet deepRelu = Net(Activation.Relu, VanishingStudy.MaxDepth);
            yield return Claim(
                "Vanishing gradients slow or stop optimization; particularly problematic before ReLU",
                $"{VanishingStudy.MaxDepth} hidden layers, {recipe.Steps} steps: accuracy {Percent(deepSigmoid.Accuracy)} with sigmoid, "
                + $"{Percent(deepRelu.Accuracy)} with ReLU",
                deepSigmoid.Accuracy < Learned && deepRelu.Accuracy >= Learned);
        }
    }

    private static SeedClaim Claim(string claim, string ours, bool agrees) =>
        new("004", claim, ours, agrees ? ClaimVerdict.Reproduced : ClaimVerdict.Contradicted);

    private static double[] ReluSlopes()
    {
        float[] activations = [.. Enumerable.Range(-3, 7).Select(power => (float)Math.Pow(10, power)), .. new float[9]];
        var slopes = new float[activations.Length];
        slopes.AsSpan().Fill(1);
        Activations.Backward(Activation.Relu, default, activations, slopes);
        return [.. slopes.Take(7).Select(slope => (double)slope)];
    }

    private StudyTable DeepestTable() => new(
        "deepest_nets",
        $"Gradient of the weights at the start, {VanishingStudy.MaxDepth} hidden layers",
        ["activation", "initialization", "first_layer_norm", "last_layer_norm", "first_to_last", "factor_per_layer"],
        [.. Deepest.Select(flow => (object?[])
            [flow.Start.ActivationName, flow.Start.InitializationName, flow.Norms[0], flow.Norms[^1], flow.Ratio, flow.FactorTowardsInput])]);

    private StudyTable RatioTable() => new(
        "depths",
        "Gradient of the weights at the start, by depth",
        ["activation", "initialization", "hidden_layers", "first_layer_norm", "last_layer_norm", "first_to_last", "factor_per_layer"],
        [.. flows.Select(flow => (object?[])
        [
            flow.Start.ActivationName, flow.Start.InitializationName, flow.Depth, flow.Norms[0], flow.Norms[^1], flow.Ratio, flow.FactorTowardsInput,
        ])],
        IsPrinted: false);

    private StudyTable LayerTable() => new(
        "layers",
        "Norm of the gradient of every weight matrix at the start",
        ["activation", "initialization", "hidden_layers", "layer", "norm"],
        [.. flows.SelectMany(flow => flow.Norms.Select((norm, layer) => (object?[])
            [flow.Start.ActivationName, flow.Start.InitializationName, flow.Depth, layer + 1, norm]))],
        IsPrinted: false);

    private StudyTable TrainingTable() => new(
        "training",
        $"After {recipe.Steps} steps of batch {recipe.Batch}, learning rate {Number(recipe.LearningRate)}, momentum {Number(recipe.Momentum)}",
        ["activation", "initialization", "hidden_layers", "loss", "accuracy"],
        [.. nets.Select(net => (object?[])
            [net.Start.ActivationName, net.Start.InitializationName, net.Depth, net.Training.End.Loss, net.Accuracy])]);

    private LineChart LayerChart() => new()
    {
        Title = "Gradient by layer",
        Description = "The norm of the gradient of each weight matrix of the deepest nets, on a logarithmic axis: a straight fall towards the "
            + "input means a constant factor a layer.",
        X = new Axis("Layer, from the input"),
        Y = new Axis("Norm of the gradient") { IsLogarithmic = true },
        Curves = [.. Deepest.Select(flow => new Curve(
            flow.Start.ToString(), [.. Enumerable.Range(1, flow.Norms.Count).Select(layer => (double)layer)], flow.Norms) { Style = Style(flow.Start) })],
    };

    private LineChart RatioChart() => new()
    {
        Title = "First against last layer",
        Description = "How much of the last layer's gradient the first layer gets, over the number of hidden layers, on a logarithmic axis.",
        X = new Axis("Hidden layers"),
        Y = new Axis("Norm of the first layer / norm of the last") { IsLogarithmic = true },
        Curves = [.. flows.GroupBy(flow => flow.Start).Select(group => new Curve(
            group.Key.ToString(), [.. group.Select(flow => (double)flow.Depth)], [.. group.Select(flow => flow.Ratio)]) { Style = Style(group.Key) })],
    };

    private LineChart LossChart() => new()
    {
        Title = "Loss during training",
        Description = "The loss over all examples during training of shallow and deep nets with each activation.",
        X = new Axis("Step"),
        Y = new Axis("Loss"),
        Curves = [.. nets.Select(net => new Curve($"{net.Start.ActivationName}, {net.Depth} hidden layers", net.Training.Steps, net.Training.Losses)
        {
            Style = net.Depth == VanishingStudy.MaxDepth ? CurveStyle.Line : CurveStyle.Dashed,
        })],
    };

    private static CurveStyle Style(NetStart start) => start.IsUsual ? CurveStyle.LineAndMarkers : CurveStyle.Dashed;

    private GradientFlow Flow(Activation activation, Initialization initialization) =>
        Deepest.Single(flow => flow.Start == new NetStart(activation, initialization));

    private DeepNet Net(Activation activation, int depth) => nets.Single(net => net.Start.Activation == activation && net.Depth == depth);
}
