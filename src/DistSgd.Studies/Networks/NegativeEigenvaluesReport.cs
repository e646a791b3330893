using DistSgd.Reports;
using DistSgd.Reports.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Networks;

/// <summary>What <see cref="NegativeEigenvaluesStudy"/> measured, in tables, charts and words.</summary>
/// <param name="way">Spectra along training.</param>
/// <param name="zero">The spectrum with all parameters at zero.</param>
/// <param name="isStandard">False if the user changed the training, about which the tutorials then say nothing.</param>
internal sealed class NegativeEigenvaluesReport(
    IReadOnlyList<(int Step, Spectrum Spectrum)> way, Spectrum zero, bool isStandard)
{
    private const double Critical = 1e-3; // the tutorials' bound of the gradient at a critical point

    private Spectrum First => way[0].Spectrum;

    private Spectrum Last => way[^1].Spectrum;

    /// <summary>The result of the study.</summary>
    /// <param name="command">The command that makes it anew.</param>
    /// <returns>The result.</returns>
    public StudyResult Write(string command) => new()
    {
        Name = "landscape-negative-eigenvalues",
        Title = "Signs of curvature",
        Summary = Summary(),
        Command = command,
        Tables = [WayTable(), ValuesTable()],
        Sections =
        [
            new ReportSection("Along training", WayReading())
            {
                Charts = [FractionChart(), ExtremesChart(), ValuesChart()],
                Tables = [Table(WayTable())],
            },
        ],
        Claims = [.. Claims()],
    };

    private string Summary() =>
        $"Along training {Percent(First.FractionNegative)} of the eigenvalues of the Hessian are negative at first and "
        + $"{Percent(Last.FractionNegative)} at last, while the most negative one shrinks from {Number(First.NegativeToLargest)} to "
        + $"{Number(Last.NegativeToLargest)} of the largest.";

    private string WayReading() =>
        $"Of the {First.Values.Count} eigenvalues of the exact Hessian {First.Negative} are negative at the start and {Last.Negative} after "
        + $"{way[^1].Step} steps, while the loss falls from {Number(First.Loss)} to {Number(Last.Loss)}. The most negative one is then "
        + $"{Number(Last.Smallest)} against a largest of {Number(Last.Largest)}: {Number(Last.NegativeToLargest)} of it, at the start "
        + $"{Number(First.NegativeToLargest)}. With all parameters at zero, an exact critical point, {zero.Negative} are negative, "
        + $"{zero.Positive} positive and {zero.NearZero} zero: a saddle. At least {way.Min(point => point.Spectrum.NearZero)} are zero everywhere, "
        + "because softmax does not see what is added to all outputs alike.";

    private IEnumerable<SeedClaim> Claims()
    {
        int mixed = way.Count(point => point.Spectrum is { Negative: > 0, Positive: > 0 });
        bool saddle = zero is { Negative: > 0, Positive: > 0, GradientNorm: < Critical };
        yield return Holds(
            "000",
            "With many parameters the probability that all eigenvalues have the same sign is essentially zero",
            $"all parameters at zero, a critical point (gradient {Number(zero.GradientNorm)}): {zero.Negative} negative, {zero.Positive} "
                + $"positive, a saddle; both signs at {mixed} of {way.Count} points of training",
            saddle && (mixed == way.Count || !isStandard));

        if (isStandard)
        {
            yield return Holds(
                "004",
                "In high dimensions it is likely that at least some eigenvalues of the Hessian are negative",
                $"{Percent(way.Min(point => point.Spectrum.FractionNegative))} to "
                    + $"{Percent(way.Max(point => point.Spectrum.FractionNegative))} of {First.Values.Count} along training",
                way.All(point => point.Spectrum.Negative > 0));
        }
    }

    private StudyTable WayTable() => new(
        "training",
        $"Hessian along training, {First.Values.Count} parameters",
        ["point", "step", "loss", "gradient_norm", "smallest", "largest", "negative", "near_zero", "fraction_negative"],
        [
            .. way.Select(point => Row(point.Step == 0 ? "start" : point == way[^1] ? "end" : "training", point.Step, point.Spectrum)),
            Row("all parameters zero", null, zero),
        ]);

    private static object?[] Row(string point, int? step, Spectrum spectrum) =>
    [
        point, step, spectrum.Loss, spectrum.GradientNorm, spectrum.Smallest, spectrum.Largest,
        spectrum.Negative, spectrum.NearZero, spectrum.FractionNegative,
    ];

    private StudyTable ValuesTable() => new(
        "eigenvalues",
        "All eigenvalues",
        ["step", "rank", "eigenvalue"],
        [.. way.SelectMany(point => point.Spectrum.Values.Select((value, rank) => (object?[])[point.Step, rank + 1, value]))],
        IsPrinted: false);

    // The start has no place on a logarithmic axis; half a step stands for it.
    private double[] Steps() => [.. way.Select(point => Math.Max(0.5, point.Step))];

    private LineChart FractionChart() => new()
    {
        Title = "Negative eigenvalues",
        Description = "The part of all eigenvalues that is negative, and the loss, over the steps of training.",
        X = new Axis("Step") { IsLogarithmic = true },
        Y = new Axis("Part of the eigenvalues, or loss") { Minimum = 0 },
        Curves =
        [
            new Curve("negative eigenvalues", Steps(), [.. way.Select(point => point.Spectrum.FractionNegative)]) { Style = CurveStyle.LineAndMarkers },
            new Curve("loss", Steps(), [.. way.Select(point => point.Spectrum.Loss)]) { Style = CurveStyle.Dashed },
        ],
    };

    private LineChart ExtremesChart() => new()
    {
        Title = "Largest and most negative eigenvalue",
        Description = "The largest eigenvalue, the most negative one without its sign, and the norm of the gradient over the steps of training.",
        X = new Axis("Step") { IsLogarithmic = true },
        Y = new Axis("Magnitude") { IsLogarithmic = true },
        Curves =
        [
            new Curve("largest", Steps(), [.. way.Select(point => point.Spectrum.Largest)]) { Style = CurveStyle.LineAndMarkers },
            new Curve("most negative, sign dropped", Steps(), [.. way.Select(point => -point.Spectrum.Smallest)]) { Style = CurveStyle.LineAndMarkers },
            new Curve("gradient norm", Steps(), [.. way.Select(point => point.Spectrum.GradientNorm)]) { Style = CurveStyle.Dashed },
        ],
    };

    private LineChart ValuesChart() => new()
    {
        Title = "All eigenvalues, first and last",
        Description = "The eigenvalues in ascending order at the start, at the end, and with all parameters at zero.",
        X = new Axis("Rank"),
        Y = new Axis("Eigenvalue"),
        Curves = [Values("start", First), Values($"step {way[^1].Step}", Last), Values("all parameters zero", zero)],
    };

    private static Curve Values(string name, Spectrum spectrum) =>
        new(name, [.. spectrum.Values.Select((_, rank) => rank + 1.0)], spectrum.Values) { Style = CurveStyle.Markers };
}
