using System.Collections;
using System.Globalization;
using System.Text;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;

namespace DistSgd.Fuzz.Frames;

/// <summary>Messages as text with every field and every bit, so that two can be compared.</summary>
internal static class MessageText
{
    /// <summary>The message as its receiver gets it: parts that travel in frames of their own arrive as messages of their own.</summary>
    public static IEnumerable<string> Arrivals(object message) => message switch
    {
        GradientComputed gradient => gradient.Partials.Select(partial => Of(
            new GradientComputed { Term = gradient.Term, Step = gradient.Step, Worker = gradient.Worker, ComputeTime = gradient.ComputeTime, Partials = [partial] })),
        CurvatureMeasured measured => measured.Parts.Select(part => Of(measured with { Parts = [part] })),
        BlocksEvaluated blocks => blocks.Results.Chunk(WireLimits.BlocksPerFrameMax).Select((results, frame) => Of(
            blocks with { FirstBlock = blocks.FirstBlock + (frame * WireLimits.BlocksPerFrameMax), Results = results })),
        _ => [Of(message)],
    };

    /// <summary>All fields of a message.</summary>
    public static string Of(object message) => message switch
    {
        StepStarted step => Join("StepStarted", step.Term, step.Step, step.Parameters),
        GradientComputed gradient => Join(
            "GradientComputed", gradient.Term, gradient.Step, gradient.Worker.Name, gradient.ComputeTime.Ticks, gradient.Partials.Select(Partial).ToArray()),
        MeasureCurvature measure => Join("MeasureCurvature", measure.Term, measure.Round, measure.Examples, Request(measure.Request)),
        CurvatureMeasured measured => Join(
            "CurvatureMeasured",
            measured.Term,
            measured.Round,
            measured.Parts.Select(part => Join("part", part.Range, part.Sum, part.Losses)).ToArray()),
        _ => Join(message.GetType().Name, [.. message.GetType().GetProperties().Select(property => property.GetValue(message))]),
    };

    private static string Partial(PartialGradient partial) => Join(
        "partial",
        partial.Range,
        partial.Sum,
        partial.Slices.ToArray().Select(s => Join("slice", s.Shard, s.Examples, s.LossSum, s.Correct, s.SquaredNorm)).ToArray());

    private static string Request(CurvatureRequest request) => request switch
    {
        GradientRequest gradient => Join("gradient", gradient.Parameters, gradient.Mean.Length),
        HessianProductRequest product => Join("product", product.Parameters, product.Direction, product.Mean.Length),
        ActivationRequest activations => Join("activations", activations.Parameters, activations.Points),
        GradientTestRequest tests => Join("gradient tests", tests.Parameters),
        LossRequest losses => Join("losses", losses.Origin, losses.Directions, losses.Coordinates),
        _ => throw new ArgumentException(request.GetType().Name),
    };

    private static string Join(string name, params object?[] fields)
    {
        var text = new StringBuilder(name).Append('(');
        foreach (object? field in fields)
        {
            text.Append(Value(field)).Append(' ');
        }

        return text.Append(')').ToString();
    }

    private static string Value(object? value) => value switch
    {
        null => "nil",
        AlignedVector vector => Convert.ToHexString(vector.Bytes.Span),
        double number => BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture),
        BlockResult result => Join("block", result.LossSum, result.Correct),
        byte[] bytes => Convert.ToHexString(bytes),
        string text => text,
        IEnumerable values => $"[{string.Join(' ', values.Cast<object?>().Select(Value))}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
