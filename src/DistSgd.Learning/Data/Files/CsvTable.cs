using System.Globalization;

namespace DistSgd.Learning.Data.Files;

/// <summary>A CSV file as numbers: the feature columns parsed, the label column still as text.</summary>
internal sealed class CsvTable
{
    private CsvTable(string path, string[] columns, int labelColumn)
    {
        Path = path;
        Columns = columns;
        LabelColumn = labelColumn;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The header: names of all columns.</summary>
    public string[] Columns { get; }

    /// <summary>Index of the label column, −1 if all columns are features.</summary>
    public int LabelColumn { get; }

    /// <summary>Number of features: all columns but the label.</summary>
    public int Width => LabelColumn < 0 ? Columns.Length : Columns.Length - 1;

    /// <summary>The features [rows, <see cref="Width"/>] in the order of the columns.</summary>
    public List<float> Features { get; } = [];

    /// <summary>The text of the label column, row by row.</summary>
    public List<string> Labels { get; } = [];

    /// <summary>Line number of each row, from 1, for messages.</summary>
    public List<int> Lines { get; } = [];

    /// <summary>Reads a file with a header line; blank lines are passed over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="label">Name of the label column, or null for the last.</param>
    /// <returns>The table, at least one row.</returns>
    /// <exception cref="InputException">Anything the file does wrong, by line and column.</exception>
    public static CsvTable Read(string path, string? label) =>
        Read(path, (columns, line) => new CsvTable(path, columns, FindLabel(path, line, columns, label)));

    /// <summary>Reads the features of new data, with or without the label column that the training data had.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">Number of features expected.</param>
    /// <param name="label">Name of the label column of the training data, or null for the last.</param>
    /// <returns>The table, at least one row.</returns>
    /// <exception cref="InputException">Anything the file does wrong, by line and column.</exception>
    public static CsvTable ReadFeatures(string path, int width, string? label) => Read(path, (columns, line) =>
    {
        if (columns.Length != width && columns.Length != width + 1)
        {
            throw new InputException(
                $"{path}:{line}: found {columns.Length} columns; expected the {width} features of the training data, with or without its label.");
        }

        return new CsvTable(path, columns, columns.Length == width ? -1 : FindLabel(path, line, columns, label));
    });

    private static CsvTable Read(string path, Func<string[], int, CsvTable> create)
    {
        using FileStream file = DataFile.Open(path, "a CSV file with a header line");
        using var reader = new StreamReader(file);
        var row = new CsvRow();
        CsvTable? table = null;
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!row.Split(line))
            {
                throw new InputException($"{path}:{number}: a quote is opened and never closed.");
            }

            if (table is null)
            {
                table = create(Header(path, number, row), number);
            }
            else
            {
                table.Add(row, number);
            }
        }

        return table switch
        {
            null => throw new InputException($"{path}: is empty; expected a header line and rows of numbers."),
            { Lines.Count: 0 } => throw new InputException($"{path}: has a header line but no rows."),
            _ => table,
        };
    }

    /// <summary>The number in a field.</summary>
    /// <param name="text">The field.</param>
    /// <param name="line">Line number, for the message.</param>
    /// <param name="column">Index of the column, for the message.</param>
    /// <returns>A finite number.</returns>
    /// <exception cref="InputException">Not a number, or not finite as a 32-bit float.</exception>
    public float ParseNumber(ReadOnlySpan<char> text, int line, int column)
    {
        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number))
        {
            string found = text.IsEmpty ? "the field is empty; expected a number." : $"found '{text}'; expected a number such as -1.5e3.";
            throw Error(line, column, found);
        }

        return float.IsFinite(number) ? number : throw Error(line, column, $"found {text}; expected a finite 32-bit number.");
    }

    /// <summary>An error at a field.</summary>
    /// <param name="line">Line number.</param>
    /// <param name="column">Index of the column.</param>
    /// <param name="problem">What was found and what was expected.</param>
    /// <returns>The exception to throw.</returns>
    public InputException Error(int line, int column, string problem) =>
        new($"{Path}:{line}: column {column + 1} '{Columns[column]}': {problem}");

    private static string[] Header(string path, int line, CsvRow row)
    {
        var columns = new string[row.Count];
        bool allNumbers = true;
        for (int c = 0; c < columns.Length; c++)
        {
            columns[c] = row[c].ToString();
            allNumbers &= float.TryParse(columns[c], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        }

        if (allNumbers)
        {
            throw new InputException($"{path}:{line}: found numbers only; expected a header line with the names of the columns.");
        }

        return columns;
    }

    private static int FindLabel(string path, int line, string[] columns, string? label)
    {
        if (columns.Length < 2)
        {
            throw new InputException(
                $"{path}:{line}: found one column, '{columns[0]}'; expected at least one feature and a label, parted by commas.");
        }

        if (label is null)
        {
            return columns.Length - 1;
        }

        int[] found = [.. Enumerable.Range(0, columns.Length).Where(c => columns[c] == label)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new InputException(
                $"{path}:{line}: no column is named '{label}'; the columns are {NearestNames.List(label, columns)}."),
            _ => throw new InputException($"{path}:{line}: {found.Length} columns are named '{label}'; expected one."),
        };
    }

    private void Add(CsvRow row, int line)
    {
        if (row.Count != Columns.Length)
        {
            throw new InputException($"{Path}:{line}: found {row.Count} fields, expected {Columns.Length} as in the header.");
        }

        for (int c = 0; c < Columns.Length; c++)
        {
            if (c == LabelColumn)
            {
                Labels.Add(row[c].IsEmpty ? throw Error(line, c, "the field is empty; expected a label.") : row[c].ToString());
            }
            else
            {
                Features.Add(ParseNumber(row[c], line, c));
            }
        }

        Lines.Add(line);
    }
}
