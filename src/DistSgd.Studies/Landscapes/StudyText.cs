using System.Globalization;
using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Reports;

namespace DistSgd.Studies.Landscapes;

/// <summary>Numbers, points and outcomes in words, for tables and readings.</summary>
internal static class StudyText
{
    private const int MostRows = 40;

    /// <summary>A number with four significant digits.</summary>
    public static string Number(double value) =>
        value == 0 ? "0" : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A count; <c>never</c> for null.</summary>
    public static string Count(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "never";

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <summary>A height: rounding of a function whose parts cancel reads as 0.</summary>
    public static string Height(double value) => Math.Abs(value) < 1e-12 ? "0" : Number(value);

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

    /// <summary>A measured table as it is read: formatted, and cut where it would not be read to its end.</summary>
    public static ReportTable Formatted(StudyTable table) => new(
        table.Rows.Count > MostRows ? $"{table.Title} (the first {MostRows} of {table.Rows.Count})" : table.Title,
        [.. table.Columns.Select(column => column.Replace('_', ' '))],
        [.. table.Rows.Take(MostRows).Select(row => row.Select(Cell).ToArray())]);

    private static string Cell(object? cell) => cell switch
    {
        null => "–",
        double number => Number(number),
        bool truth => truth ? "yes" : "no",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };

    private static string Coordinate(double value) => value != 0 && Math.Abs(value) < 1e-4
        ? value.ToString("G2", CultureInfo.InvariantCulture)
        : (Math.Round(value, 4) + 0.0).ToString("0.####", CultureInfo.InvariantCulture);
}
