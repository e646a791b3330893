using System.Globalization;
using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Studies.Output;

namespace DistSgd.Studies.Landscapes;

/// <summary>Points, kinds and outcomes in words, for tables and readings.</summary>
internal static class LandscapeText
{
    /// <summary>A count; <c>never</c> for null.</summary>
    public static string Count(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "never";

    /// <summary>A height: rounding of a function whose parts cancel reads as 0.</summary>
    public static string Height(double value) => Math.Abs(value) < 1e-12 ? "0" : CellText.Number(value);

    /// <summary>Texts with commas and a last "and".</summary>
    public static string Join(IReadOnlyList<string> texts) =>
        texts.Count <= 1 ? string.Concat(texts) : $"{string.Join(", ", texts.Take(texts.Count - 1))} and {texts[^1]}";

    /// <summary>Where a descent came to rest, to four digits after the point.</summary>
    public static string End(DescentRun run) => Point([.. run.Points[^1].Select(coordinate => Math.Round(coordinate, 4) + 0.0)]);

    /// <summary>A point such as <c>(0.5, -0.5)</c>, with four digits after the point; in one dimension just the number.</summary>
    public static string Point(IReadOnlyList<double> point)
    {
        string text = string.Join(", ", point.Select(Coordinate));
        return point.Count == 1 ? text : $"({text})";
    }

    /// <summary>A kind of critical point in words.</summary>
    public static string Kind(CriticalPointKind kind) => kind switch
    {
        CriticalPointKind.NotCritical => "not critical",
        _ => kind.ToString().ToLowerInvariant(),
    };

    /// <summary>How a descent ended, in words.</summary>
    public static string Outcome(DescentRun run) => run.Outcome switch
    {
        DescentOutcome.Converged => "converged",
        DescentOutcome.StuckAtSaddle => "stuck at a saddle",
        DescentOutcome.StuckAtMaximum => "stuck at a maximum",
        DescentOutcome.StuckOnPlateau => "stuck on a plateau",
        DescentOutcome.StepLimit => "step limit",
        DescentOutcome.NoLowerPoint => "no lower point",
        _ => "diverged",
    };

    /// <summary>Names of the coordinates.</summary>
    public static string[] Coordinates(int dimension) => dimension switch
    {
        1 => ["x"],
        2 => ["x", "y"],
        _ => [.. Enumerable.Range(1, dimension).Select(i => $"x{i}")],
    };

    private static string Coordinate(double value) => value != 0 && Math.Abs(value) < 1e-4
        ? value.ToString("G2", CultureInfo.InvariantCulture)
        : (Math.Round(value, 4) + 0.0).ToString("0.####", CultureInfo.InvariantCulture);
}
