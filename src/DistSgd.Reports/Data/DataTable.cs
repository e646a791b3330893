using System.Globalization;

namespace DistSgd.Reports.Data;

/// <summary>A table as it is written into a page.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Columns">Headings of the columns.</param>
/// <param name="Rows">The rows, one text a column.</param>
internal sealed record DataTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const string Missing = "-"; // what a cell without a value holds, unless it is empty

    /// <summary>What is to be said about it, for instance how many rows were left out.</summary>
    public string? Note { get; init; }

    /// <summary>True if the first column names the rows.</summary>
    public bool HasRowHeadings { get; init; }

    /// <summary>Whether a column holds numbers and gaps alone, so that it is aligned to the right.</summary>
    public bool IsNumeric(int column)
    {
        string[] cells = [.. Rows.Where(row => row.Count > column).Select(row => row[column]).Where(cell => cell.Length > 0 && cell != Missing)];
        return cells.Length > 0 && cells.All(IsNumber);
    }

    private static bool IsNumber(string cell)
    {
        const NumberStyles Style = NumberStyles.Float | NumberStyles.AllowThousands;
        return double.TryParse(cell.Trim().TrimEnd('%', '×').Replace('−', '-'), Style, CultureInfo.InvariantCulture, out _);
    }
}
