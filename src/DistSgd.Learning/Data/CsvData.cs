using System.Globalization;
using DistSgd.Learning.Data.Files;

namespace DistSgd.Learning.Data;

/// <summary>A data set from CSV files with a header line: one label column, every other column a feature.</summary>
/// <remarks>
/// Numbers are in the invariant culture. In classification the labels are whole numbers from 0; if the first label is not a number,
/// all are taken as names of classes and numbered in ordinal order of the names.
/// </remarks>
public static class CsvData
{
    /// <summary>Classes beyond this are surely a mistake: a column of amounts or identifiers taken for the label.</summary>
    public const int MostClasses = 65_536;

    /// <summary>Loads a training file and, if given, a test file with the same header.</summary>
    /// <param name="path">The training file.</param>
    /// <param name="labelColumn">Name of the label column, or null for the last.</param>
    /// <param name="testPath">The test file, or null.</param>
    /// <param name="classification">True for classes, false for one real target.</param>
    /// <returns>The data, features as floats.</returns>
    /// <exception cref="InputException">A file is unusable; the message names file, line and column.</exception>
    public static Dataset Load(string path, string? labelColumn = null, string? testPath = null, bool classification = true)
    {
        CsvTable train = CsvTable.Read(path, labelColumn);
        CsvTable? test = testPath is null ? null : CsvTable.Read(testPath, train.Columns[train.LabelColumn]);
        if (test is not null)
        {
            RequireSameColumns(train, test);
        }

        string name = Path.GetFileNameWithoutExtension(path);
        return classification ? Classification(name, train, test) : Regression(name, train, test);
    }

    /// <summary>Loads the features of new data, to be predicted by a model of data whose columns had names.</summary>
    /// <param name="path">The file, with a header line; its columns may stand in any order, and others are passed over.</param>
    /// <param name="featureNames">Names of the features, in the order of the model's inputs.</param>
    /// <returns>The examples, without labels.</returns>
    /// <exception cref="InputException">The file is unusable or lacks a feature; the message names line and column.</exception>
    public static Examples LoadFeatures(string path, IReadOnlyList<string> featureNames)
    {
        ArgumentNullException.ThrowIfNull(featureNames);
        CsvTable table = CsvTable.ReadFeatures(path, featureNames);
        return Examples.FromFloats(table.Width, [.. table.Features], []);
    }

    /// <summary>Loads the features of new data, to be predicted by a model of data without names: images, or generated.</summary>
    /// <param name="path">The file, with a header line; a label column as in the training data is passed over.</param>
    /// <param name="width">Number of features of the model.</param>
    /// <param name="labelColumn">Name of the label column of the training data, or null for the last.</param>
    /// <returns>The examples, without labels.</returns>
    /// <exception cref="InputException">The file is unusable; the message names line and column.</exception>
    public static Examples LoadFeatures(string path, int width, string? labelColumn = null)
    {
        CsvTable table = CsvTable.ReadFeatures(path, width, labelColumn);
        return Examples.FromFloats(table.Width, [.. table.Features], []);
    }

    private static void RequireSameColumns(CsvTable train, CsvTable test)
    {
        for (int c = 0; c < Math.Max(train.Columns.Length, test.Columns.Length); c++)
        {
            string expected = c < train.Columns.Length ? $"'{train.Columns[c]}'" : "no such column";
            string found = c < test.Columns.Length ? $"'{test.Columns[c]}'" : "no such column";
            if (found != expected)
            {
                throw new InputException(
                    $"{test.Path}: the header differs from that of {train.Path}: column {c + 1}: found {found}, expected {expected}.");
            }
        }
    }

    private static Dataset Regression(string name, CsvTable train, CsvTable? test)
    {
        Examples trainExamples = WithTargets(train);
        return Assemble(name, trainExamples, test is null ? null : WithTargets(test), classes: 0) with { FeatureNames = train.FeatureNames };
    }

    private static Examples WithTargets(CsvTable table)
    {
        float[] targets = [.. table.Labels.Select((text, row) => table.ParseNumber(text, table.Lines[row], table.LabelColumn))];
        return Examples.WithTargets(table.Width, [.. table.Features], 1, targets);
    }

    private static Dataset Classification(string name, CsvTable train, CsvTable? test)
    {
        string[]? names = IsNumber(train.Labels[0]) ? null : [.. train.Labels.Distinct().Order(StringComparer.Ordinal)];
        int[] labels = names is null ? ParseClasses(train, MostClasses) : FindClasses(train, names);
        int classes = names?.Length ?? labels.Max() + 1;
        int[] testLabels = test is null ? [] : names is null ? ParseClasses(test, classes) : FindClasses(test, names);
        return Assemble(name, WithLabels(train, labels), test is null ? null : WithLabels(test, testLabels), classes) with
        {
            ClassNames = names,
            FeatureNames = train.FeatureNames,
        };
    }

    private static Examples WithLabels(CsvTable table, int[] labels) => Examples.FromFloats(table.Width, [.. table.Features], labels);

    private static Dataset Assemble(string name, Examples train, Examples? test, int classes)
    {
        test ??= Examples.NoneLike(train);
        return new Dataset(name, train, test, classes, DatasetDigest.Compute(train, test));
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static int[] ParseClasses(CsvTable table, int classes)
    {
        var labels = new int[table.Labels.Count];
        foreach ((int row, string text) in table.Labels.Index())
        {
            // 3.0 is accepted for 3: many programs write a column of whole numbers so.
            bool whole = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && value >= 0 && value < classes && value == Math.Floor(value);
            labels[row] = whole
                ? (int)value
                : throw LabelError(table, row, $"found '{text}'; expected a class, a whole number from 0 to {classes - 1}.");
        }

        return labels;
    }

    private static int[] FindClasses(CsvTable table, string[] names)
    {
        var labels = new int[table.Labels.Count];
        foreach ((int row, string text) in table.Labels.Index())
        {
            int found = Array.BinarySearch(names, text, StringComparer.Ordinal);
            labels[row] = found >= 0
                ? found
                : throw LabelError(table, row, $"found '{text}'; the classes of the training file are {NearestNames.List(text, names)}.");
        }

        return labels;
    }

    private static InputException LabelError(CsvTable table, int row, string problem) =>
        table.Error(table.Lines[row], table.LabelColumn, problem);
}
