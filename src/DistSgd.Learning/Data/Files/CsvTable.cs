using System.Globalization;

namespace DistSgd.Learning.Data.Files;

/// <summary>A CSV file as numbers: the feature columns parsed, the label column still as text.</summary>
internal sealed class CsvTable
{
    private readonly int[] _featureColumns;

    private CsvTable(string path, string[] columns, int labelColumn, int[] featureColumns)
    {
        Path = path;
        Columns = columns;
        LabelColumn = labelColumn;
        _featureColumns = featureColumns;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The header: names of all columns.</summary>
    public string[] Columns { get; }

    /// <summary>Index of the label column, −1 if none is read.</summary>
    public int LabelColumn { get; }

    /// <summary>Number of features.</summary>
    public int Width => _featureColumns.Length;

    /// <summary>Names of the features, in their order.</summary>
    public string[] FeatureNames => [.. _featureColumns.Select(c => Columns[c])];

    /// <summary>The features [rows, <see cref="Width"/>] in their order.</summary>
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
        Read(path, (columns, line) =>
        {
            RequireDistinct(path, line, columns);
            int labelColumn = FindLabel(path, line, columns, label);
            return new CsvTable(path, columns, labelColumn, AllBut(labelColumn, columns));
        });

    /// <summary>Reads the features of new data by their names, in whatever order they stand; other columns are passed over unread.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">Names of the features of the training data, in its order.</param>
    /// <returns>The table, at least one row.</returns>
    /// <exception cref="InputException">A feature is missing, or anything else the file does wrong, by line and column.</exception>
    public static CsvTable ReadFeatures(string path, IReadOnlyList<string> features) => Read(path, (columns, line) =>
    {
        string[] missing = [.. features.Except(columns)];
        if (missing.Length > 0)
        {
            string verb = missing.Length == 1 ? "column is" : "columns are";
            throw new InputException(
                $"{path}:{line}: the {verb} missing that the model was trained on: {NearestNames.ListInOrder(missing)}; "
                + $"found {NearestNames.ListInOrder(columns)}.");
        }

        RequireDistinct(path, line, [.. columns.Where(features.Contains)]);
        return new CsvTable(path, columns, -1, [.. features.Select(name => Array.IndexOf(columns, name))]);
    });

    /// <summary>Reads the features of new data by their places, with or without the label column that the training data had.</summary>
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
                $"{path}:{line}: found {columns.Length} {(columns.Length == 1 ? "column" : "columns")}; expected the {width} features of the training data, with or without its label.");
        }

        int labelColumn = columns.Length == width ? -1 : FindLabel(path, line, columns, label);
        return new CsvTable(path, columns, -1, AllBut(labelColumn, columns));
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

        int found = Array.IndexOf(columns, label);
        return found >= 0 ? found : throw new InputException(
            $"{path}:{line}: no column is named '{label}'; the columns are {NearestNames.ListInOrder(label, columns)}.");
    }

    private static int[] AllBut(int column, string[] columns) => [.. Enumerable.Range(0, columns.Length).Where(c => c != column)];

    /// <summary>Columns are known by their names, so two must not share one.</summary>
    private static void RequireDistinct(string path, int line, string[] columns)
    {
        if (columns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InputException($"{path}:{line}: {twice.Count()} columns are named '{twice.Key}'; expected one.");
        }
    }

    private void Add(CsvRow row, int line)
    {
        if (row.Count != Columns.Length)
        {
            throw new InputException($"{Path}:{line}: found {row.Count} fields, expected {Columns.Length} as in the header.");
        }

        foreach (int c in _featureColumns)
        {
            Features.Add(ParseNumber(row[c], line, c));
        }

        if (LabelColumn >= 0)
        {
            ReadOnlySpan<char> label = row[LabelColumn];
            Labels.Add(label.IsEmpty ? throw Error(line, LabelColumn, "the field is empty; expected a label.") : label.ToString());
        }

        Lines.Add(line);
    }
}
