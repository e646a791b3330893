using DistSgd.Learning.Noise;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Output;

namespace DistSgd.Studies.Noise;

/// <summary>The sections of a noise study's report, each with a reading made from its numbers.</summary>
internal static class NoiseReport
{
    public static StudyResult Of(
        string name, IReadOnlyList<NoiseTrial> trials, IReadOnlyList<NoisePoint> points, IReadOnlyList<QualityPoint> quality, NoiseScale? whole, NoiseOptions options)
    {
        NoisePoint[] main = [.. points.Where(point => point.Run == trials[0].Name)];
        var averages = new NoiseAverages(main, whole);
        NoisePoint[] others = [.. points.Except(main)];
        StudyTable table = NoiseTables.Points(main), averagesTable = NoiseTables.Averages(averages), layers = NoiseTables.Layers(main), qualities = NoiseTables.Quality(quality);
        return new StudyResult
        {
            Name = "noise",
            Title = $"Gradient noise of {name}",
            Summary = NoiseReading.Summary(main, averages, options.IsByLabel),
            Command = options.Command,
            Tables = [table, averagesTable, qualities, layers, .. others.Length > 0 ? (StudyTable[])[NoiseTables.Companions(others)] : []],
            Sections =
            [
                new ReportSection("Noise scale", NoiseReading.Averages(averages)) { Charts = [Scale(main)], Tables = [CellText.Table(averagesTable)] },
                new ReportSection("Signal and noise", NoiseReading.Development(main)) { Charts = [Parts(main)] },
                .. main.Any(point => point.Curved is not null) ? (ReportSection[])[new ReportSection("Curvature", NoiseReading.Curved(main)) { Charts = Curved(main) }] : [],
                new ReportSection("Gradient quality against batch size", NoiseReading.Quality(quality))
                {
                    Charts =
                    [
                        Quality(quality, "Cosine with the true gradient", "cosine", point => point.Cosine, point => point.CosineError, law: false),
                        Quality(quality, "Relative variance", "‖g − G‖²/‖G‖²", point => point.Variance, point => point.VarianceError, law: true),
                    ],
                    Tables = [CellText.Table(qualities)],
                },
                new ReportSection("Layers", NoiseReading.Layers(main)) { Charts = [Layers(main)] },
                .. Companions(points),
                new ReportSection("Points", "All points of the run, with what it estimated on the way.") { Tables = [CellText.Table(table)] },
            ],
        };
    }

    private static LineChart Scale(NoisePoint[] main)
    {
        NoisePoint[] estimated = [.. main.Where(point => point.Estimate is { Scale: > 0 } estimate && double.IsFinite(estimate.Scale))];
        return new LineChart
        {
            Title = "Noise scale over training",
            Description = "B_simple exact over the training set, and as the run's slices estimated it over the steps before each point.",
            X = new Axis("step"),
            Y = new Axis("B_simple (examples)") { IsLogarithmic = true },
            Curves =
            [
                new Curve("exact", Steps(main), [.. main.Select(point => point.Exact.Scale)]) { Style = CurveStyle.LineAndMarkers },
                new Curve("estimated", Steps(estimated), [.. estimated.Select(point => point.Estimate!.Value.Scale)]) { Style = CurveStyle.Markers, Errors = Errors(estimated) },
            ],
        };
    }

    // An upper end without limit is drawn as far as the value itself.
    private static double[] Errors(NoisePoint[] estimated) =>
        [.. estimated.Select(point => point.Estimate!.Value).Select(estimate => double.IsFinite(estimate.High) ? (estimate.High - estimate.Low) / 2 : estimate.Scale)];

    private static LineChart Parts(NoisePoint[] main) => new()
    {
        Title = "Signal and noise over training",
        Description = "tr Σ, the variance of one example's gradient; tr Σ/B, what is left of it in a step; ‖G‖², the signal.",
        X = new Axis("step"),
        Y = new Axis("squared norm") { IsLogarithmic = true },
        Curves =
        [
            new Curve("tr Σ", Steps(main), [.. main.Select(point => point.Exact.Trace)]) { Style = CurveStyle.LineAndMarkers },
            new Curve("tr Σ/B", Steps(main), [.. main.Select(point => point.BatchVariance)]) { Style = CurveStyle.LineAndMarkers },
            new Curve("‖G‖²", Steps(main), [.. main.Select(point => point.Exact.SquaredNorm)]) { Style = CurveStyle.LineAndMarkers },
        ],
    };

    private static LineChart[] Curved(NoisePoint[] main)
    {
        NoisePoint[] known = [.. main.Where(point => point.Curved?.Scale > 0)];
        return known.Length == 0 ? [] :
        [
            new LineChart
            {
                Title = "B_noise over training",
                Description = "The noise scale that minds curvature, tr(HΣ)/(GᵀHG), beside B_simple.",
                X = new Axis("step"),
                Y = new Axis("examples") { IsLogarithmic = true },
                Curves =
                [
                    new Curve("B_noise", Steps(known), [.. known.Select(point => point.Curved!.Scale!.Value)])
                    {
                        Style = CurveStyle.LineAndMarkers, Errors = [.. known.Select(point => 1.96 * point.Curved!.ScaleError!.Value)],
                    },
                    new Curve("B_simple", Steps(known), [.. known.Select(point => point.Exact.Scale)]) { Style = CurveStyle.LineAndMarkers },
                ],
            },
        ];
    }

    private static LineChart Quality(
        IReadOnlyList<QualityPoint> quality, string title, string label, Func<QualityPoint, double> number, Func<QualityPoint, double> error, bool law) => new()
        {
            Title = title,
            Description = "Means over drawn batches with their 95 % intervals, at three points of the run" + (law ? "; dashed, the law B_simple/B." : "."),
            X = new Axis("batch size (examples)") { IsLogarithmic = true },
            Y = new Axis(label) { IsLogarithmic = law },
            Curves =
        [
            .. quality.GroupBy(point => point.Step).SelectMany(group => (Curve[])
            [
                new Curve($"step {group.Key}", [.. group.Select(point => (double)point.BatchSize)], [.. group.Select(number)])
                {
                    Style = law ? CurveStyle.Markers : CurveStyle.LineAndMarkers, Errors = [.. group.Select(error)],
                },
                .. law ? (Curve[])[new Curve($"law at {group.Key}", [.. group.Select(point => (double)point.BatchSize)], [.. group.Select(point => point.Law)]) { Style = CurveStyle.Dashed }] : [],
            ]),
        ],
        };

    private static LineChart Layers(NoisePoint[] main) => new()
    {
        Title = "Noise scale of each layer",
        Description = "Exact B_simple of the parameters of each layer alone, layers from the input on.",
        X = new Axis("step"),
        Y = new Axis("B_simple (examples)") { IsLogarithmic = true },
        Curves =
        [
            .. Enumerable.Range(0, main[0].Layers.Count).Select(layer => new Curve(
                $"layer {layer}", Steps(main), [.. main.Select(point => point.Layers[layer].Scale)]) { Style = CurveStyle.LineAndMarkers }),
        ],
    };

    private static IEnumerable<ReportSection> Companions(IReadOnlyList<NoisePoint> points)
    {
        IGrouping<string, NoisePoint>[] runs = [.. points.GroupBy(point => point.Run)];
        if (runs.Length < 2)
        {
            yield break;
        }

        LineChart Chart(string title, string label, Func<NoisePoint, double> number) => new()
        {
            Title = title,
            Description = "The run, one with a smaller batch, and one with noise added to the gradient, at the same learning rate.",
            X = new Axis("step"),
            Y = new Axis(label) { IsLogarithmic = true },
            Curves = [.. runs.Select(run => new Curve(run.Key, Steps([.. run]), [.. run.Select(number)]) { Style = CurveStyle.LineAndMarkers })],
        };
        yield return new ReportSection("Noise of the batch and added noise", NoiseReading.Companions(runs))
        {
            Charts =
            [
                Chart("Loss under noise of either kind", "training loss", point => point.Loss),
                Chart("Variance of a step's gradient", "tr Σ/B + Pσ²", point => point.BatchVariance + point.AddedVariance),
                Chart("Gradient under noise of either kind", "‖G‖²", point => point.Exact.SquaredNorm),
            ],
        };
    }

    private static double[] Steps(NoisePoint[] points) => [.. points.Select(point => (double)point.Step)];
}
