using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Output;

namespace DistSgd.Studies.Networks;

/// <summary>What <see cref="NegativeEigenvaluesStudy"/> measured, in tables, charts and words.</summary>
/// <param name="way">Spectra along training.</param>
/// <param name="zero">The spectrum with all parameters at zero.</param>
/// <param name="minima">Part of minima among random critical points of 1, 2, 3 ... dimensions.</param>
/// <param name="draws">Number of random critical points of each dimension.</param>
internal sealed class NegativeEigenvaluesReport(
    IReadOnlyList<(int Step, Spectrum Spectrum)> way, Spectrum zero, IReadOnlyList<double> minima, int draws)
{
    private const double Critical = 1e-3; // the tutorials' bound of the gradient at a critical point

    private const string Proof = "Signs of eigenvalues are no independent coins. Even for a symmetric matrix of independent normal elements the "
        + "probability in two dimensions is (2 - sqrt 2)/4 = 0.146 and not 1/4, because eigenvalues repel each other; for many it falls like "
        + "3^(-d*d/4) (Dean and Majumdar 2006). And a Hessian is not random: for a convex loss every critical point is a minimum.";

    private Spectrum First => way[0].Spectrum;

    private Spectrum Last => way[^1].Spectrum;

    /// <summary>The result of the study.</summary>
    /// <param name="command">The command that makes it anew.</param>
    /// <returns>The result.</returns>
    public StudyResult Write(string command) => new()
    {
        Name = "landscape-negative-eigenvalues",
        Title = "Signs of curvature",
        Summary = $"{WayReading()} {CoinReading()}",
        Command = command,
        Tables = [WayTable(), CoinTable(), ValuesTable()],
        Sections =
        [
            new ReportSection("Along training", WayReading()) { Charts = [FractionChart(), ExtremesChart(), ValuesChart()], Tables = [CellText.Table(WayTable())] },
            new ReportSection("Coins and eigenvalues", CoinReading()) { Charts = [CoinChart()], Tables = [CellText.Table(CoinTable())] },
        ],
        Claims = [.. Claims()],
    };

    private string WayReading() =>
        $"Of the {First.Values.Count} eigenvalues of the exact Hessian {First.Negative} are negative at the start and {Last.Negative} after "
        + $"{way[^1].Step} steps, while the loss falls from {Number(First.Loss)} to {Number(Last.Loss)}. The most negative one is then "
        + $"{Number(Last.Smallest)} against a largest of {Number(Last.Largest)}: {Number(-Last.Smallest / Last.Largest)} of it, at the start "
        + $"{Number(-First.Smallest / First.Largest)}. With all parameters at zero, an exact critical point, {zero.Negative} are negative, "
        + $"{zero.Positive} positive and {zero.NearZero} zero: a saddle. At least {way.Min(point => point.Spectrum.NearZero)} are zero everywhere, "
        + "because softmax does not see what is added to all outputs alike.";

    private string CoinReading() =>
        $"Of random symmetric matrices {Number(minima[0])} are positive definite in one dimension, {Number(minima[1])} in two (coins say 0.25, "
        + $"theory {Number(RandomCriticalPoints.ExactInTwoDimensions)}) and {Number(minima[2])} in three (coins say 0.125): minima by chance "
        + "are rarer than coins make them, and along training the signs do not look like coins at all.";

    private IEnumerable<SeedClaim> Claims()
    {
        int mixed = way.Count(point => point.Spectrum is { Negative: > 0, Positive: > 0 });
        bool saddle = zero is { Negative: > 0, Positive: > 0, GradientNorm: < Critical };
        yield return new SeedClaim(
            "000",
            "Almost all critical points are saddle points: the probability that all eigenvalues have the same sign is essentially zero.",
            $"All parameters at zero (gradient {Number(zero.GradientNorm)}): {zero.Negative} negative, {zero.Positive} positive, a saddle. Both signs at "
            + $"{mixed} of {way.Count} points of training.",
            saddle && mixed == way.Count ? ClaimVerdict.Reproduced : ClaimVerdict.Contradicted);
        yield return new SeedClaim(
            "004",
            "In high dimensions it is likely that at least some eigenvalues of the Hessian are negative.",
            $"{Number(100 * way.Min(point => point.Spectrum.FractionNegative))} to {Number(100 * way.Max(point => point.Spectrum.FractionNegative))} % of "
            + $"{First.Values.Count} along training.",
            way.All(point => point.Spectrum.Negative > 0) ? ClaimVerdict.Reproduced : ClaimVerdict.Contradicted);
        bool coins = Math.Abs(minima[1] - 0.25) < 0.05;
        yield return new SeedClaim(
            "001",
            "In d dimensions a random critical point is a local minimum with probability (1/2)^d (seed 002: 2^-1000 for d = 1000).",
            $"Random symmetric matrices: {Number(minima[0])}, {Number(minima[1])}, {Number(minima[2])}, {Number(minima[3])} for d = 1 to 4; in training "
            + $"the part of negative eigenvalues goes from {Number(First.FractionNegative)} to {Number(Last.FractionNegative)}.",
            coins ? ClaimVerdict.Contradicted : ClaimVerdict.Erratum,
            Proof);
    }

    private StudyTable WayTable() => new(
        "training",
        $"Hessian along training, {First.Values.Count} parameters",
        ["step", "loss", "gradient_norm", "smallest", "largest", "negative", "near_zero", "fraction_negative"],
        [.. way.Append((-1, zero)).Select(point => (object?[])
        [
            point.Item1 < 0 ? null : point.Item1, point.Item2.Loss, point.Item2.GradientNorm, point.Item2.Smallest, point.Item2.Largest,
            point.Item2.Negative, point.Item2.NearZero, point.Item2.FractionNegative,
        ])]);

    private StudyTable CoinTable() => new(
        "random_matrices",
        $"Minima among random critical points, {draws} for each dimension",
        ["dimensions", "coins", "measured", "measured_to_coins"],
        [.. minima.Select((fraction, i) => (object?[])[i + 1, Coins(i + 1), fraction, fraction / Coins(i + 1)])]);

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

    private LineChart CoinChart() => new()
    {
        Title = "Minima by chance",
        Description = "The part of random symmetric matrices without a negative eigenvalue, beside one half for each dimension.",
        X = new Axis("Dimensions"),
        Y = new Axis("Part of minima") { IsLogarithmic = true },
        Curves =
        [
            new Curve("measured", Dimensions(), minima) { Style = CurveStyle.LineAndMarkers },
            new Curve("coins", Dimensions(), [.. minima.Select((_, i) => Coins(i + 1))]) { Style = CurveStyle.Dashed },
        ],
    };

    private double[] Dimensions() => [.. minima.Select((_, i) => i + 1.0)];

    private static Curve Values(string name, Spectrum spectrum) =>
        new(name, [.. spectrum.Values.Select((_, rank) => rank + 1.0)], spectrum.Values) { Style = CurveStyle.Markers };

    private static double Coins(int dimensions) => Math.Pow(0.5, dimensions);

    private static string Number(double value) => CellText.Of(value);
}
