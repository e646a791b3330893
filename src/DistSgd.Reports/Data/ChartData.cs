using System.Globalization;
using DistSgd.Reports.Charts;

namespace DistSgd.Reports.Data;

/// <summary>The numbers of a chart as tables, for those who do not see it and those who want to read them off.</summary>
/// <remarks>A long table is thinned evenly, always with its first and last row, and says how many rows it left out.</remarks>
internal static class ChartData
{
    /// <summary>Most rows of a table of points.</summary>
    public const int MostRows = 200;

    /// <summary>Most rows and columns of a table of a field.</summary>
    public const int MostFieldRows = 21;

    /// <summary>The tables of a chart.</summary>
    /// <exception cref="ArgumentException">The chart is of an unknown kind.</exception>
    public static IReadOnlyList<DataTable> Of(Chart chart) => [.. OfKind(chart), .. Moments(chart)];

    private static IReadOnlyList<DataTable> OfKind(Chart chart) => chart switch
    {
        LineChart line => [.. Curves("Curves", line.X.Label, line.Y.Label, line.Curves), .. Marks(line.X.Label, line.Y.Label, line.Marks)],
        ContourChart contour =>
        [
            Field(contour.ValueLabel, contour.X.Label, contour.Y.Label, contour.Field),
            .. Curves("Paths", contour.X.Label, contour.Y.Label, contour.Paths),
            .. Marks(contour.X.Label, contour.Y.Label, contour.Marks),
        ],
        HeatMap map => [Field(map.ValueLabel, map.X.Label, map.Y.Label, map.Field)],
        SurfaceChart surface => [Field(surface.Z.Label, surface.X.Label, surface.Y.Label, surface.Field), .. SpaceCurves(surface)],
        _ => throw new ArgumentException($"No page knows a chart of kind {chart.GetType().Name}.", nameof(chart)),
    };

    private static IEnumerable<DataTable> Curves(string title, string x, string y, IReadOnlyList<Curve> curves)
    {
        if (curves.Count == 0)
        {
            yield break;
        }

        bool hasErrors = curves.Any(curve => curve.Errors is not null);
        string[] columns = ["Curve", x, y, .. hasErrors ? ["±"] : Array.Empty<string>()];
        IEnumerable<IReadOnlyList<string>> rows = Thin(
            curves,
            curve => Math.Min(curve.X.Count, curve.Y.Count),
            (curve, i) =>
            [
                curve.Name,
                Number(curve.X[i]),
                Number(curve.Y[i]),
                .. hasErrors ? [i < (curve.Errors?.Count ?? 0) ? Number(curve.Errors![i]) : ""] : Array.Empty<string>(),
            ],
            out int leftOut);
        yield return new DataTable(title, columns, [.. rows]) { Note = LeftOut(leftOut) };
    }

    private static IEnumerable<DataTable> SpaceCurves(SurfaceChart chart)
    {
        if (chart.Paths.Count == 0)
        {
            yield break;
        }

        IEnumerable<IReadOnlyList<string>> rows = Thin(
            chart.Paths,
            path => Math.Min(path.X.Count, Math.Min(path.Y.Count, path.Z.Count)),
            (path, i) => [path.Name, Number(path.X[i]), Number(path.Y[i]), Number(path.Z[i])],
            out int leftOut);
        yield return new DataTable("Paths", ["Path", chart.X.Label, chart.Y.Label, chart.Z.Label], [.. rows]) { Note = LeftOut(leftOut) };
    }

    private static IEnumerable<DataTable> Marks(string x, string y, IReadOnlyList<Mark> marks)
    {
        if (marks.Count > 0)
        {
            IEnumerable<string[]> rows = marks.Take(MostRows).Select(mark => new[] { mark.Text, Number(mark.X), Number(mark.Y) });
            yield return new DataTable("Marks", ["Mark", x, y], [.. rows]) { Note = LeftOut(marks.Count - MostRows) };
        }
    }

    private static IEnumerable<DataTable> Moments(Chart chart)
    {
        if (chart.Moments.Count > 0)
        {
            IEnumerable<string[]> rows = chart.Moments.Take(MostRows).Select(
                moment => new[] { moment.Number.ToString(CultureInfo.InvariantCulture), Number(moment.X), moment.Text });
            yield return new DataTable("What happened", ["No.", "At", "What"], [.. rows]) { Note = LeftOut(chart.Moments.Count - MostRows) };
        }
    }

    private static DataTable Field(string title, string x, string y, GridField field)
    {
        int height = Math.Min(field.Y.Count, field.Values.Count);
        int[] columns = [.. Picks(field.X.Count, MostFieldRows)];
        int[] rows = [.. Picks(height, MostFieldRows)];
        bool isWhole = columns.Length == field.X.Count && rows.Length == height;
        return new DataTable(
            title,
            [$"{y} ↓ · {x} →", .. columns.Select(column => Number(field.X[column]))],
            [.. rows.Select(row => (IReadOnlyList<string>)
            [
                Number(field.Y[row]),
                .. columns.Select(column => column < field.Values[row].Count ? Number(field.Values[row][column]) : ""),
            ])])
        {
            HasRowHeadings = true,
            Note = isWhole ? null : $"Shown are {rows.Length} of {height} rows and {columns.Length} of {field.X.Count} columns.",
        };
    }

    /// <summary>Rows of several sequences, each thinned in proportion, but never to nothing, so that they fit the limit together.</summary>
    private static List<IReadOnlyList<string>> Thin<T>(
        IReadOnlyList<T> sequences, Func<T, int> length, Func<T, int, IReadOnlyList<string>> row, out int leftOut)
    {
        long total = sequences.Sum(sequence => (long)length(sequence));
        long spare = Math.Max(0, MostRows - sequences.Count);
        var rows = new List<IReadOnlyList<string>>();
        foreach (T sequence in sequences)
        {
            int share = total <= MostRows ? length(sequence) : 1 + (int)(length(sequence) * spare / total);
            rows.AddRange(Picks(length(sequence), share).Select(i => row(sequence, i)).Take(MostRows - rows.Count));
        }

        leftOut = (int)Math.Min(int.MaxValue, total - rows.Count);
        return rows;
    }

    /// <summary>At most so many indices below a count, evenly spaced from the first to the last.</summary>
    private static IEnumerable<int> Picks(int count, int most)
    {
        int picks = Math.Min(count, most);
        return Enumerable.Range(0, picks).Select(i => picks == 1 ? 0 : (int)((long)i * (count - 1) / (picks - 1)));
    }

    private static string? LeftOut(int rows) => rows <= 0
        ? null
        : $"A table has at most {MostRows} rows: {rows.ToString("N0", CultureInfo.InvariantCulture)} in between were left out.";

    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
