using System.Globalization;
using System.Text;

namespace DistSgd.Studies.Output;

/// <summary>
/// A table as CSV: a line of headings, fields in quotes where RFC 4180 asks for them, lines ended by a line feed as in every other file of
/// the product. Numbers are written so that reading them back gives the same bits; null is an empty field.
/// </summary>
public static class StudyCsv
{
    /// <summary>Writes a table.</summary>
    /// <param name="table">The table.</param>
    /// <returns>The text, with a final line end.</returns>
    public static string Write(StudyTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var text = new StringBuilder();
        AddLine(text, table.Columns);
        foreach (IReadOnlyList<object?> row in table.Rows)
        {
            AddLine(text, row.Select(Cell));
        }

        return text.ToString();
    }

    private static void AddLine(StringBuilder text, IEnumerable<string> fields) => text.AppendJoin(',', fields.Select(Quote)).Append('\n');

    private static string Cell(object? cell) => cell switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        double or float => ((IFormattable)cell).ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A table of a study holds numbers, texts, booleans and null; found {cell.GetType().Name}."),
    };

    private static string Quote(string field) =>
        field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
