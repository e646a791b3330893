using System.Runtime.CompilerServices;
using DistSgd.Studies.Output;
using DistSgd.Studies.Statistics;

namespace DistSgd.Studies.BatchSize;

/// <summary>The first tutorial's table of batch sizes (1; 32 to 256; 1000 and more) as statements, held against what was measured.</summary>
internal static class BatchSizeClaims
{
    private const string Seed = "001";

    private static readonly (string Name, int Low, int High)[] Classes = [("1", 1, 1), ("32-256", 32, 256), ("1000+", 1000, int.MaxValue)];

    /// <summary>The statements that a study's batch sizes can decide; none with fewer than two of the table's rows.</summary>
    public static IReadOnlyList<SeedClaim> Of(IReadOnlyList<ScalingFamily> families)
    {
        if (families.Count != 1)
        {
            return [];
        }

        ScalingFamily family = families[0];
        Row[] rows = [.. Classes.Select(bounds => Row.Of(bounds.Name, family, bounds.Low, bounds.High)).OfType<Row>()];
        return rows.Length < 2 ? [] : [.. new[] { Quality(rows), Speed(rows), Generalization(rows) }.OfType<SeedClaim>()];
    }

    private static SeedClaim? Quality(Row[] rows) => rows.Any(row => row.Cosine is null) ? null : Claim(
        "Gradient quality: batch 1 very noisy, 32-256 reasonable noise, 1000+ low noise",
        rows,
        row => Text($"cosine {CellText.Number(row.Cosine)}"),
        Rises(rows, row => row.Cosine!.Value));

    private static SeedClaim? Speed(Row[] rows) => rows.Any(row => row.Speed is null) ? null : Claim(
        "Speed: batch 1 slow, 32-256 fast, 1000+ very fast",
        rows,
        row => Text($"{CellText.Number(Math.Round(row.Speed!.Value / 1000))} thousand examples/s"),
        Rises(rows, row => row.Speed!.Value) ? true : null); // the machine's own affair

    // "Often good, good, may overfit": overfitting would show as a wider gap between training and test. That there is none contradicts no "may".
    private static SeedClaim? Generalization(Row[] rows)
    {
        if (rows.Any(row => row.Test is null || row.Gap is null))
        {
            return null;
        }

        Estimate small = rows[^2].Gap!.Value, large = rows[^1].Gap!.Value;
        bool? verdict = large.DiffersFrom(small) && large.Mean > small.Mean ? true : null;
        return Claim(
            "Generalization: batch 1 often good, 32-256 good, 1000+ may overfit",
            rows,
            row => Text(
                $"test accuracy {CellText.Percent(row.Test!.Value.Mean)} ± {CellText.Number(100 * row.Test.Value.Error)}, "
                + $"gap {CellText.Number(100 * row.Gap!.Value.Mean)} ± {CellText.Number(100 * row.Gap.Value.Error)}"),
            verdict);
    }

    private static SeedClaim Claim(string text, Row[] rows, Func<Row, string> number, bool? holds) => new(
        Seed,
        text,
        string.Join("; ", rows.Select(row => $"batch {row.Name}: {number(row)}")),
        holds switch { true => ClaimVerdict.Reproduced, false => ClaimVerdict.Contradicted, null => ClaimVerdict.Inconclusive });

    private static bool Rises(Row[] rows, Func<Row, double> number) => rows.Zip(rows.Skip(1)).All(pair => number(pair.First) < number(pair.Second));

    private static string Text(ref DefaultInterpolatedStringHandler text) => text.ToStringAndClear();

    /// <summary>A row of the tutorial's table.</summary>
    private sealed record Row(string Name, double? Cosine, double? Speed, Estimate? Test, Estimate? Gap)
    {
        public static Row? Of(string name, ScalingFamily family, int low, int high)
        {
            GroupSummary[] groups = [.. family.Groups.Where(group => group.BatchSize >= low && group.BatchSize <= high && group.Trials.Count > 0)];
            if (groups.Length == 0)
            {
                return null;
            }

            // A batch of one has one slice and no noise scale of its own; that of the others stands in.
            double?[] cosines = [.. groups.Select(group => group.Cosine ?? (family.NoiseScale is { } scale ? 1 / Math.Sqrt(1 + (scale / group.BatchSize)) : null))];
            return new Row(
                name,
                cosines.Average(),
                groups.Average(group => group.SamplesPerSecond?.Mean),
                Estimate.Of(groups.SelectMany(group => group.Trials).Select(trial => trial.TestAccuracy)),
                Estimate.Of(groups.SelectMany(group => group.Trials).Select(trial => trial.TrainAccuracy - trial.TestAccuracy)));
        }
    }
}
