using System.Globalization;
using DistSgd.Reports;

namespace DistSgd.Studies.Output;

/// <summary>Numbers and cells of tables as people read them: the same in tables and sentences, on the terminal and in reports.</summary>
public static class CellText
{
    /// <summary>What stands where there is no value.</summary>
    public const string Missing = "-";

    private const int MostRows = 40; // of a table in a report; files hold all

    /// <summary>A cell: four significant digits of a number with a point, whole numbers whole.</summary>
    /// <param name="cell">A number, a text, a boolean or null.</param>
    /// <returns>The text, on one line.</returns>
    public static string Of(object? cell) => cell switch
    {
        null => Missing,
        string text => text.ReplaceLineEndings(" "),
        bool flag => flag ? "yes" : "no",
        double number => Number(number),
        float number => Number(number),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A table of a study holds numbers, texts, booleans and null; found {cell.GetType().Name}."),
    };

    /// <summary>A number with four significant digits, such as <c>0.1235</c>, <c>14050</c> or <c>1E+16</c>; zero has no sign.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The text.</returns>
    public static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e4 and < 1e9 => double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("F0", CultureInfo.InvariantCulture),
        _ => value.ToString("G4", CultureInfo.InvariantCulture),
    };

    /// <summary>A number that may be missing.</summary>
    /// <param name="value">The number or null.</param>
    /// <returns>The text.</returns>
    public static string Number(double? value) => value is { } number ? Number(number) : Missing;

    /// <summary>A share in percent, with four significant digits.</summary>
    /// <param name="share">The share, 1 for all.</param>
    /// <returns>For instance <c>12.5 %</c>.</returns>
    public static string Percent(double share) => $"{Number(100 * share)} %";

    /// <summary>A measured table as a report shows it, cut where it would not be read to its end.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The table with its cells formatted.</returns>
    public static ReportTable Table(StudyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new ReportTable(
            table.Rows.Count > MostRows ? $"{table.Title} (the first {MostRows} of {table.Rows.Count})" : table.Title,
            [.. table.Columns.Select(column => column.Replace('_', ' '))],
            [.. table.Rows.Take(MostRows).Select(row => (IReadOnlyList<string>)[.. row.Select(Of)])]);
    }
}
