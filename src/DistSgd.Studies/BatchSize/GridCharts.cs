using DistSgd.Reports.Charts;
using DistSgd.Studies.Statistics;
using DistSgd.Studies.Trials;

namespace DistSgd.Studies.BatchSize;

/// <summary>The charts of a study over a grid.</summary>
internal static class GridCharts
{
    /// <summary>More curves than this nobody can tell apart.</summary>
    private const int CurvesMax = 8;

    private const int LawPoints = 60;

    private static readonly Axis BatchAxis = new("batch size (examples)") { IsLogarithmic = true };

    /// <summary>Steps against batch size, the law and the regimes.</summary>
    public static LineChart Steps(ScalingFamily family)
    {
        GroupSummary[] reached = Reached(family);
        var curves = new List<Curve> { Measured("measured", reached, group => group.BatchSize, group => group.Steps!.Value) };
        var marks = new List<Mark>();
        if (family.Fit is { } fit)
        {
            double[] batches = Spread(reached[0].BatchSize, reached[^1].BatchSize);
            curves.Add(new Curve("S_min + E_min/B", batches, [.. batches.Select(fit.StepsAt)]));
            double Perfect(double batch) => fit.MinExamples / batch > fit.MinSteps / 2 ? fit.MinExamples / batch : double.NaN;
            curves.Add(new Curve("perfect scaling", batches, [.. batches.Select(Perfect)]) { Style = CurveStyle.Dashed });
            curves.Add(new Curve("least steps", batches, [.. batches.Select(_ => fit.MinSteps)]) { Style = CurveStyle.Dashed });
            AddMark(1 / ScalingFamily.RegimeFactor, "perfect up to here");
            AddMark(1, "B_crit");
            AddMark(ScalingFamily.RegimeFactor, "maximal parallelism");
        }

        void AddMark(double factor, string text)
        {
            double batch = factor * family.Fit!.CriticalBatch;
            if (batch >= reached[0].BatchSize && batch <= reached[^1].BatchSize)
            {
                marks.Add(new Mark(batch, family.Fit.StepsAt(batch), text));
            }
        }

        return new LineChart
        {
            Title = "Steps to the target against batch size",
            Description = "Measured steps with their 95 % intervals, the fitted law, and its two limits: perfect scaling and the least steps.",
            X = BatchAxis,
            Y = new Axis("steps to the target") { IsLogarithmic = true },
            Curves = curves,
            Marks = marks,
        };
    }

    /// <summary>Examples against steps.</summary>
    public static LineChart Hyperbola(ScalingFamily family)
    {
        GroupSummary[] reached = Reached(family);
        var curves = new List<Curve>
        {
            new("measured", [.. reached.Select(group => group.Steps!.Value.Mean)], [.. reached.Select(group => group.Examples!.Value.Mean)])
            {
                Style = CurveStyle.Markers,
            },
        };
        if (family.Fit is { } fit)
        {
            double[] batches = Spread(reached[0].BatchSize, reached[^1].BatchSize);
            curves.Add(new Curve("1 = E_min/E + S_min/S", [.. batches.Select(fit.StepsAt)], [.. batches.Select(batch => batch * fit.StepsAt(batch))]));
        }

        return new LineChart
        {
            Title = "Examples against steps",
            Description = "What each batch size costs in steps and in examples, and the fitted hyperbola.",
            X = new Axis("steps to the target") { IsLogarithmic = true },
            Y = new Axis("examples to the target") { IsLogarithmic = true },
            Curves = curves,
            Marks = [.. reached.Where((_, i) => i == 0 || i == reached.Length - 1).Select(group => new Mark(group.Steps!.Value.Mean, group.Examples!.Value.Mean, $"batch {group.BatchSize}"))],
        };
    }

    /// <summary>Something along the first trial of each group.</summary>
    public static LineChart Along(IReadOnlyList<GroupSummary> groups, string title, string label, Func<TrialPoint, double?> number)
    {
        GroupSummary[] known = [.. groups.Where(group => group.Trials.Count > 0 && group.Trials[0].Curve.Any(point => number(point) is not null))];
        return new LineChart
        {
            Title = title,
            Description = $"The first reported trial of {(known.Length <= CurvesMax ? "each group" : $"{CurvesMax} of {known.Length} groups")}.",
            X = new Axis("examples") { IsLogarithmic = true },
            Y = new Axis(label) { IsLogarithmic = true },
            Curves =
            [
                .. Few(known).Select(group =>
                {
                    TrialPoint[] points = [.. group.Trials[0].Curve.Where(point => number(point) > 0)];
                    return new Curve(group.Name, [.. points.Select(point => (double)point.Examples)], [.. points.Select(point => number(point)!.Value)]);
                }),
            ],
        };
    }

    /// <summary>Cosine of the angle to the true gradient against batch size, with the law of one noise scale.</summary>
    public static LineChart Quality(ScalingFamily family)
    {
        GroupSummary[] known = [.. family.Groups.Where(group => group.Cosine is not null)];
        var curves = new List<Curve> { new("measured", [.. known.Select(group => (double)group.BatchSize)], [.. known.Select(group => group.Cosine!.Value)]) { Style = CurveStyle.LineAndMarkers } };
        if (family.NoiseScale is { } scale && known.Length > 1)
        {
            double[] batches = Spread(known[0].BatchSize, known[^1].BatchSize);
            curves.Add(new Curve("one noise scale for all", batches, [.. batches.Select(batch => 1 / Math.Sqrt(1 + (scale / batch)))]) { Style = CurveStyle.Dashed });
        }

        return new LineChart
        {
            Title = "Gradient quality against batch size",
            Description = "Cosine of the angle between a step's gradient and the true one, from the noise scale that each group measured along its trials.",
            X = BatchAxis,
            Y = new Axis("cosine with the true gradient"),
            Curves = curves,
        };
    }

    /// <summary>The best learning rate against batch size, with both rules.</summary>
    public static LineChart Rates(ScalingFamily family)
    {
        GroupSummary[] known = [.. family.Groups.Where(group => group.LearningRate is not null)];
        double[] batches = [.. known.Select(group => (double)group.BatchSize)];
        double first = known[0].LearningRate!.Value, smallest = batches[0];
        return new LineChart
        {
            Title = "Best learning rate against batch size",
            Description = "The rate of the fewest steps at each batch, and what the linear and the square-root rule predict from the smallest batch.",
            X = BatchAxis,
            Y = new Axis("learning rate") { IsLogarithmic = true },
            Curves =
            [
                new Curve("best", batches, [.. known.Select(group => group.LearningRate!.Value)]) { Style = CurveStyle.LineAndMarkers },
                new Curve("linear rule", batches, [.. batches.Select(batch => first * batch / smallest)]) { Style = CurveStyle.Dashed },
                new Curve("square-root rule", batches, [.. batches.Select(batch => first * Math.Sqrt(batch / smallest))]) { Style = CurveStyle.Dashed },
            ],
        };
    }

    /// <summary>Steps against learning rate, a curve for each group.</summary>
    public static LineChart Search(IReadOnlyList<GroupSummary> groups)
    {
        bool hasSteps = groups.Any(group => group.Search.Any(found => double.IsFinite(found.Score?.Steps ?? double.NaN)));
        double Number(RateResult found) => (hasSteps ? found.Score?.Steps : found.Score?.Loss) is { } number && double.IsFinite(number) ? number : double.NaN;
        GroupSummary[] known = [.. groups.Where(group => group.Search.Any(found => double.IsFinite(Number(found))))];
        return new LineChart
        {
            Title = $"{(hasSteps ? "Steps to the target" : "Validation loss")} against learning rate",
            Description = $"What the search found in {(known.Length <= CurvesMax ? "each group" : $"{CurvesMax} of {known.Length} groups")}; a gap is a rate that does not get there.",
            X = new Axis("learning rate") { IsLogarithmic = true },
            Y = new Axis(hasSteps ? "steps to the target" : "validation loss") { IsLogarithmic = true },
            Curves =
            [
                .. Few(known).Select(group => new Curve(
                    group.Name, [.. group.Search.Select(found => found.LearningRate)], [.. group.Search.Select(Number)]) { Style = CurveStyle.LineAndMarkers }),
            ],
        };
    }

    /// <summary>An estimate of the end points against a numeric axis, a curve for each variant; null where no group has it.</summary>
    public static LineChart? Against(IReadOnlyList<GroupSummary> groups, string key, string title, string label, Func<GroupSummary, Estimate?> estimate, bool isLogarithmic = false)
    {
        GroupSummary[] known = [.. groups.Where(group => estimate(group) is not null && group.Number(key) > 0)];
        return known.Length == 0 ? null : new LineChart
        {
            Title = title,
            Description = "Means over the reported trials with their 95 % intervals.",
            X = new Axis(key) { IsLogarithmic = true },
            Y = new Axis(label) { IsLogarithmic = isLogarithmic },
            Curves =
            [
                .. known.GroupBy(group => Rest(group, key)).Take(CurvesMax).Select(family => Measured(
                    family.Key.Length > 0 ? family.Key : "mean", [.. family.OrderBy(group => group.Number(key))], group => group.Number(key)!.Value, group => estimate(group)!.Value)),
            ],
        };
    }

    private static Curve Measured(string name, GroupSummary[] groups, Func<GroupSummary, double> x, Func<GroupSummary, Estimate> y) => new(
        name, [.. groups.Select(x)], [.. groups.Select(group => y(group).Mean)])
    {
        Style = CurveStyle.LineAndMarkers,
        Errors = groups.All(group => y(group).Count == 1) ? null : [.. groups.Select(group => double.IsNaN(y(group).Error) ? 0 : y(group).Error)],
    };

    private static string Rest(GroupSummary group, string key) => string.Join(
        ", ", group.Group.Point.Where(setting => setting.Key != key).Select(setting => setting.Value).Prepend(group.Group.Variant).Where(part => part.Length > 0));

    private static GroupSummary[] Reached(ScalingFamily family) => [.. family.Groups.Where(group => group.Steps is not null)];

    /// <summary>The first, the last and some between.</summary>
    private static IEnumerable<GroupSummary> Few(GroupSummary[] groups) => groups.Length <= CurvesMax ? groups
        : Enumerable.Range(0, CurvesMax).Select(i => groups[(int)((long)i * (groups.Length - 1) / (CurvesMax - 1))]);

    private static double[] Spread(double low, double high) =>
        [.. Enumerable.Range(0, LawPoints).Select(i => low * Math.Pow(high / low, (double)i / (LawPoints - 1)))];
}
