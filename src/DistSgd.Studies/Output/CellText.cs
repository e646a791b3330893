using System.Globalization;
using DistSgd.Reports;

namespace DistSgd.Studies.Output;

/// <summary>Cells of tables as people read them, the same on the terminal and in reports.</summary>
public static class CellText
{
    /// <summary>A cell: four significant digits of a number with a point, whole numbers whole.</summary>
    /// <param name="cell">A number, a text, a boolean or null.</param>
    /// <returns>The text, on one line.</returns>
    public static string Of(object? cell) => cell switch
    {
        null => "-",
        string text => text.ReplaceLineEndings(" "),
        bool flag => flag ? "yes" : "no",
        double or float => ((IFormattable)cell).ToString("G4", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A table of a study holds numbers, texts, booleans and null; found {cell.GetType().Name}."),
    };

    /// <summary>A measured table as a report shows it; what is missing is left empty.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The table with its cells formatted.</returns>
    public static ReportTable Table(StudyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new ReportTable(
            table.Title,
            [.. table.Columns.Select(column => column.Replace('_', ' '))],
            [.. table.Rows.Select(row => (IReadOnlyList<string>)[.. row.Select(cell => cell is null ? "" : Of(cell))])]);
    }
}
