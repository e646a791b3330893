using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Numerics.Random;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>How rare minima are among random critical points, by the number of dimensions.</summary>
/// <remarks>
/// Two models of a random Hessian: independent signs of the curvatures, and the Gaussian orthogonal ensemble (symmetric, normal elements,
/// variance 2 on the diagonal and 1 beside it), whose eigenvalues repel each other (Dean and Majumdar 2006).
/// </remarks>
internal sealed class HighDimensionStudy : INamedStudy
{
    private const int Samples = 6000;
    private const int MostDimensions = 6;

    public string Name => "high-dimension";

    public string Description => "Random Hessians: the probability of a minimum by the number of dimensions.";

    public StudyOptions Accepts => StudyOptions.None;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Entry[] entries = [.. Enumerable.Range(1, MostDimensions).Select(dimension => Measure(dimension, settings.Seed))];
        var table = new StudyTable(
            "random_hessians",
            $"Shares among {Samples} random critical points",
            ["dimensions", "minimum_independent_signs", "two_to_minus_d", "minimum_gaussian", "saddle_gaussian"],
            [.. entries.Select(entry => (object?[])[entry.Dimension, entry.Independent, entry.Halves, entry.Gaussian, entry.Saddle])]);
        Entry last = entries[^1];
        string reading = $"With independent signs a random critical point in {last.Dimension} dimensions is a minimum in "
            + $"{Percent(last.Independent)} of cases, "
            + $"and 2^−{last.Dimension} is {Percent(last.Halves)}. A random symmetric matrix has all curvatures positive far more seldom: "
            + $"{Percent(entries[1].Gaussian)} in 2 dimensions instead of 25 %, {Percent(entries[2].Gaussian)} in 3 instead of 12.5 %. "
            + "Its eigenvalues repel each other, so they are not independent.";
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Critical points in many dimensions",
            Summary = reading,
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table],
            Sections =
            [
                new ReportSection("Minima are rare, and rarer than 2^−d", reading)
                {
                    Charts = [Chart(entries)],
                    Tables = [Table(table)],
                },
            ],
            Claims = [.. Claims(entries)],
        };
    }

    private static IEnumerable<SeedClaim> Claims(Entry[] entries)
    {
        double exact2 = (2 - Math.Sqrt(2)) / 4;
        double exact3 = 0.25 - (Math.Sqrt(2) / (2 * Math.PI));
        yield return Fails(
            "001",
            "In d dimensions a random critical point has probability (1/2)^d of being a local minimum",
            $"of {Samples} random symmetric matrices {entries[1].Gaussian:F4} are positive in 2 dimensions (not 0.25) and "
                + $"{entries[2].Gaussian:F4} in 3 (not 0.125)",
            Near(entries[1].Gaussian, exact2, 0.02) && Near(entries[2].Gaussian, exact3, 0.01),
            "The eigenvalues of a symmetric matrix are not independent: for the Gaussian orthogonal ensemble the probability is "
                + $"exactly (2 − √2)/4 = {exact2:F4} in 2 "
                + $"dimensions, 1/4 − √2/2π = {exact3:F4} in 3, and falls as exp(−d² ln 3/4). (1/2)^d holds for independent signs.");
        yield return Holds(
            "002",
            "If 1000 independent curvatures are positive with a chance of 1/2 each, all are with probability 2⁻¹⁰⁰⁰: essentially zero",
            $"2⁻¹⁰⁰⁰ = {Number(Math.Pow(2, -1000))}; independent signs give "
                + $"{string.Join(", ", entries.Select(entry => $"{entry.Independent:F3}"))} for d = 1 … {MostDimensions}",
            entries.All(entry => Near(entry.Independent, entry.Halves, 0.03)));
        foreach (string seed in new[] { "000", "001", "002" })
        {
            yield return Holds(
                seed,
                "In high dimensions almost all critical points are saddle points",
                $"already in {MostDimensions} dimensions {Percent(entries[^1].Saddle)} of random critical points are saddles",
                entries[^1].Saddle > 0.99 && entries.Zip(entries.Skip(1)).All(pair => pair.Second.Saddle > pair.First.Saddle - 0.01));
        }
    }

    private static LineChart Chart(Entry[] entries)
    {
        double[] dimensions = [.. entries.Select(entry => (double)entry.Dimension)];
        return new LineChart
        {
            Title = "Probability that a random critical point is a minimum",
            Description = "Shares of minima over the number of dimensions for independent signs and for random symmetric matrices.",
            X = new Axis("dimensions d"),
            Y = new Axis("probability") { IsLogarithmic = true },
            Curves =
            [
                new Curve("independent signs", dimensions, [.. entries.Select(entry => entry.Independent)])
                {
                    Style = CurveStyle.LineAndMarkers,
                },
                new Curve("2^−d", dimensions, [.. entries.Select(entry => entry.Halves)]) { Style = CurveStyle.Dashed },
                new Curve("random symmetric matrices", dimensions, [.. entries.Select(entry => entry.Gaussian)])
                {
                    Style = CurveStyle.LineAndMarkers,
                },
            ],
        };
    }

    private static Entry Measure(int dimension, ulong seed)
    {
        var stream = new RandomStream(seed, StreamPurpose.Landscape, first: -4, second: dimension);
        int independent = 0;
        int minima = 0;
        int saddles = 0;
        for (int sample = 0; sample < Samples; sample++)
        {
            independent += Enumerable.Range(0, dimension).Count(_ => stream.NextDouble() < 0.5) == dimension ? 1 : 0;
            CriticalPointKind kind = CriticalPointClassifier.KindOf(PrincipalCurvatures.Of(RandomMatrix(dimension, stream)).Eigenvalues);
            minima += kind == CriticalPointKind.Minimum ? 1 : 0;
            saddles += kind == CriticalPointKind.Saddle ? 1 : 0;
        }

        return new Entry(
            dimension, independent / (double)Samples, Math.Pow(2, -dimension), minima / (double)Samples, saddles / (double)Samples);
    }

    private static double[,] RandomMatrix(int dimension, RandomStream stream)
    {
        var matrix = new double[dimension, dimension];
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j < i; j++)
            {
                matrix[i, j] = matrix[j, i] = stream.NextNormal();
            }

            matrix[i, i] = Math.Sqrt(2) * stream.NextNormal();
        }

        return matrix;
    }

    private sealed record Entry(int Dimension, double Independent, double Halves, double Gaussian, double Saddle);
}
