using DistSgd.Learning.Noise;

namespace DistSgd.Studies.Noise;

/// <summary>The numbers of a noise study as tables.</summary>
internal static class NoiseTables
{
    /// <summary>Points of the run itself.</summary>
    public static StudyTable Points(IReadOnlyList<NoisePoint> points) =>
        Points("points", "Exact noise at points of the run, beside what it estimated on the way there", points, isPrinted: true);

    /// <summary>Points of its companions.</summary>
    public static StudyTable Companions(IReadOnlyList<NoisePoint> points) =>
        Points("companions", "The same of the run with a smaller batch, and with noise added", points, isPrinted: false);

    private static StudyTable Points(string name, string title, IReadOnlyList<NoisePoint> points, bool isPrinted) => new(
        name,
        title,
        [
            "run", "step", "batch_size", "loss", "trace", "squared_norm", "b_simple", "batch_variance", "added_variance",
            "estimated_trace", "estimated_squared_norm", "estimated_b_simple", "low", "high", "b_noise", "b_noise_±", "best_rate",
        ],
        [
            .. points.Select(point => (object?[])
            [
                point.Run, point.Step, point.BatchSize, point.Loss, point.Exact.Trace, point.Exact.SquaredNorm, point.Exact.Scale, point.BatchVariance, point.AddedVariance,
                point.Estimate?.Trace, point.Estimate?.SquaredNorm, point.Estimate?.Scale, point.Estimate?.Low, point.Estimate?.High,
                point.Curved?.Scale, 1.96 * point.Curved?.ScaleError, point.Curved?.BestRateAt(point.BatchSize),
            ]),
        ],
        isPrinted);

    /// <summary>Both averages of the noise scale along the main run.</summary>
    public static StudyTable Averages(NoiseAverages averages) => new(
        "averages",
        "B_simple along the run, in both averages, and published numbers of other networks",
        ["average", "exact", "estimated", "low", "high"],
        [
            ["mean tr Σ over mean ‖G‖²", averages.RatioOfMeans, averages.Whole?.Scale, averages.Whole?.Low, averages.Whole?.High],
            ["mean of tr Σ/‖G‖²", averages.MeanOfRatios, averages.EstimatedMeanOfRatios, null, null],
            ["published: MNIST, McCandlish et al. 2018", 900, null, null, null],
            ["published: a replication with a residual network, batch 128, rate 0.01, one epoch", 876, null, null, null],
        ]);

    /// <summary>The noise of each layer along the main run.</summary>
    public static StudyTable Layers(IReadOnlyList<NoisePoint> points) => new(
        "layers",
        "Exact noise of each layer along the run",
        ["step", "layer", "trace", "squared_norm", "b_simple"],
        [.. points.SelectMany(point => point.Layers.Select((layer, l) => (object?[])[point.Step, l, layer.Trace, layer.SquaredNorm, layer.Scale]))],
        IsPrinted: false);

    /// <summary>Gradient quality against batch size.</summary>
    public static StudyTable Quality(IReadOnlyList<QualityPoint> quality) => new(
        "quality",
        "A batch's gradient against the true one, measured on drawn batches; law is what B_simple/B says",
        ["step", "batch_size", "cosine", "cosine_±", "relative_variance", "relative_variance_±", "law"],
        [
            .. quality.Select(point => (object?[])
                [point.Step, point.BatchSize, point.Cosine, point.CosineError, point.Variance, point.VarianceError, point.Law]),
        ]);
}

/// <summary>Averages of B_simple along a run.</summary>
internal sealed record NoiseAverages
{
    /// <summary>Takes the averages.</summary>
    /// <param name="points">The run's points, evenly spread over its steps.</param>
    /// <param name="whole">What the run estimated over all its steps; null where that is not known.</param>
    public NoiseAverages(IReadOnlyList<NoisePoint> points, NoiseScale? whole)
    {
        Whole = whole;
        RatioOfMeans = Mean(points, point => point.Exact.Trace) / Mean(points, point => point.Exact.SquaredNorm);
        MeanOfRatios = Mean(points, point => point.Exact.Scale);
        double[] ratios = [.. points.Select(point => point.Estimate?.Scale).OfType<double>().Where(double.IsFinite)];
        EstimatedMeanOfRatios = ratios.Length > 0 ? ratios.Average() : null;
    }

    public NoiseScale? Whole { get; }

    public double RatioOfMeans { get; }

    public double MeanOfRatios { get; }

    public double? EstimatedMeanOfRatios { get; }

    /// <summary>By the trapezoidal rule: what lies between two points is neither of them.</summary>
    private static double Mean(IReadOnlyList<NoisePoint> points, Func<NoisePoint, double> number)
    {
        if (points.Count == 1)
        {
            return number(points[0]);
        }

        double sum = points.Zip(points.Skip(1), (a, b) => (b.Step - a.Step) * (number(a) + number(b)) / 2).Sum();
        return sum / (points[^1].Step - points[0].Step);
    }
}
