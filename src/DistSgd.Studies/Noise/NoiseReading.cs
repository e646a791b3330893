using System.Runtime.CompilerServices;
using DistSgd.Studies.Output;

namespace DistSgd.Studies.Noise;

/// <summary>What the numbers of a noise study say, in plain words made from them.</summary>
internal static class NoiseReading
{
    public static string Summary(IReadOnlyList<NoisePoint> main, NoiseAverages averages, bool isByLabel)
    {
        string first = Text(
            $"From step {main[0].Step} to {main[^1].Step} the exact B_simple goes from {CellText.Number(main[0].Exact.Scale)} to "
            + $"{CellText.Number(main[^1].Exact.Scale)} examples; mean tr Σ over mean ‖G‖² is {CellText.Number(averages.RatioOfMeans)}, the mean of the ratios "
            + $"{CellText.Number(averages.MeanOfRatios)}.");
        first = isByLabel ? first + " The shards were cut by label: what the run estimated counts the differences between them as noise." : first;
        if (main.All(point => point.Estimate is null))
        {
            return first + " The run itself estimated nothing: that needs steps of two slices or more, and twenty of them from point to point.";
        }

        return averages.Whole is not { } whole ? first : Text(
            $"{first} The run's own slices gave {CellText.Number(whole.Scale)} (95 % interval {CellText.Number(whole.Low)} to "
                + $"{CellText.Number(whole.High)}), "
                + $"{(averages.RatioOfMeans >= whole.Low && averages.RatioOfMeans <= whole.High ? "which holds the exact value" : "which does NOT hold the exact value")}.");
    }

    public static string Averages(NoiseAverages averages) => Text(
        $"The mean of ratios is {CellText.Number(averages.MeanOfRatios / averages.RatioOfMeans)} times the ratio of means, because late in training ‖G‖² "
            + $"is small. The published numbers are of other networks and scalings, and of the mean of ratios: context, not a target.");

    public static string Development(IReadOnlyList<NoisePoint> main)
    {
        string noise = Text(
            $"tr Σ goes from {CellText.Number(main[0].Exact.Trace)} to {CellText.Number(main[^1].Exact.Trace)}, ‖G‖² from "
            + $"{CellText.Number(main[0].Exact.SquaredNorm)} to {CellText.Number(main[^1].Exact.SquaredNorm)}.");
        int batch = main[^1].BatchSize;
        double scale = main[^1].Exact.Scale;
        string batchText = scale > batch
            ? Text($"At the end a step of {batch} examples is more noise than signal, so a larger batch would take fewer steps.")
            : Text($"At the end a step of {batch} examples is more signal than noise, so a larger batch would gain little.");
        return $"{noise} {batchText}";
    }

    public static string Curved(IReadOnlyList<NoisePoint> main)
    {
        NoisePoint[] known = [.. main.Where(point => point.Curved?.Scale is not null)];
        if (known.Length == 0)
        {
            return "At no point does the loss curve up along the gradient, so that B_noise is not defined.";
        }

        NoisePoint last = known[^1];
        return Text(
            $"At step {last.Step} B_noise, which minds curvature, is {CellText.Number(last.Curved!.Scale)} ± {CellText.Number(1.96 * last.Curved.ScaleError)} "
            + $"where B_simple is {CellText.Number(last.Exact.Scale)}. One step there would gain most at a learning rate of "
            + $"{CellText.Number(last.Curved.BestRateAt(last.BatchSize))} for the run's batch.");
    }

    public static string Quality(IReadOnlyList<QualityPoint> quality)
    {
        double worst = quality.Max(point => Math.Abs((point.Variance / point.Law) - 1));
        int within = quality.Count(point => Math.Abs(point.Variance - point.Law) <= point.VarianceError);
        return Text(
            $"The relative variance of a batch's gradient follows B_simple/B: in {within} of {quality.Count} places the law lies within the measurement's 95 "
            + $"% interval, and nowhere is it off by more than {CellText.Percent(worst)}. From a batch of {quality[0].BatchSize} to one of "
            + $"{quality[^1].BatchSize} the cosine with the true gradient rises from {CellText.Number(quality[0].Cosine)} to "
            + $"{CellText.Number(quality[^1].Cosine)}.");
    }

    public static string Layers(IReadOnlyList<NoisePoint> main)
    {
        NoisePoint last = main[^1];
        int noisiest = Enumerable.Range(0, last.Layers.Count).MaxBy(l => last.Layers[l].Trace);
        return Text(
            $"At the end layer {noisiest} makes {CellText.Percent(last.Layers[noisiest].Trace / last.Exact.Trace)} of tr Σ. The layers' own noise scales lie "
            + $"between {CellText.Number(last.Layers.Min(layer => layer.Scale))} and {CellText.Number(last.Layers.Max(layer => layer.Scale))}.");
    }

    public static string Companions(IReadOnlyList<IGrouping<string, NoisePoint>> runs)
    {
        string[] ends = [.. runs.Select(run => Text(
            $"{run.Key}: loss {CellText.Number(run.Last().Loss)}, ‖G‖² {CellText.Number(run.Last().Exact.SquaredNorm)}, tr Σ "
            + $"{CellText.Number(run.Last().Exact.Trace)}"))];
        return Text(
            $"After as many steps at the same learning rate: {string.Join("; ", ends)}. Added noise is the same in every direction, while the batch's own "
            + $"falls with the gradient and lies where the loss curves.");
    }

    // Numbers are written invariantly: the product runs without cultures.
    private static string Text(ref DefaultInterpolatedStringHandler text) => text.ToStringAndClear();
}
