using System.Text;

namespace DistSgd.Cli.Views;

/// <summary>A table in aligned columns. On a terminal no line is wider than it, as long as the words allow; elsewhere nothing is broken.</summary>
/// <param name="columns">The headings; where room is short they are broken at underscores.</param>
/// <param name="rows">The cells, one a column.</param>
/// <param name="isNumber">Which columns are set flush right.</param>
/// <param name="notes">What stands below each row, from the second column on; null for nothing.</param>
internal sealed class TextTable(
    IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, IReadOnlyList<bool> isNumber, IReadOnlyList<string?>? notes = null)
{
    private const int Gap = 2;

    /// <summary>The lines of the table.</summary>
    /// <param name="width">Characters of a line; null for as many as it takes.</param>
    /// <returns>The lines, without blanks at their ends.</returns>
    public IEnumerable<string> Lines(int? width)
    {
        int[] widths = Widths(width);
        string[][][] cells = [.. rows.Select(row => Enumerable.Range(0, widths.Length).Select(c => Wrap(row[c], widths[c], null)).ToArray())];

        // Rows of several lines need something between them, or nobody sees where one ends.
        bool spaced = cells.Any(row => row.Any(cell => cell.Length > 1));
        var lines = new List<string>(Lines([.. columns.Select((name, c) => Wrap(name, widths[c], '_'))], widths));
        for (int i = 0; i < cells.Length; i++)
        {
            lines.AddRange([.. spaced ? [""] : Array.Empty<string>(), .. Lines(cells[i], widths), .. Note(notes?[i], widths[0] + Gap, width)]);
        }

        return lines;
    }

    /// <summary>Breaks a text into lines at its blanks; a word that is longer than a line is cut.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">Characters of a line, at least 1.</param>
    /// <param name="separator">A character behind which a line may end too.</param>
    /// <returns>The lines, at least one.</returns>
    public static string[] Wrap(string text, int width, char? separator = null)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (string piece in Pieces(text, separator))
        {
            string rest = piece;
            if (line.Length > 0 && line.Length + rest.TrimEnd().Length > width)
            {
                lines.Add(line.ToString().TrimEnd());
                line.Clear();
            }

            for (; rest.TrimEnd().Length > width; rest = rest[width..])
            {
                lines.Add(rest[..width]);
            }

            line.Append(rest);
        }

        return [.. lines, line.ToString().TrimEnd()];
    }

    private static IEnumerable<string> Note(string? text, int indent, int? width)
    {
        string[] lines = text is null ? [] : width is { } all ? Wrap(text, Math.Max(1, all - indent)) : [text];
        return lines.Select(line => new string(' ', indent) + line);
    }

    private IEnumerable<string> Lines(string[][] cells, int[] widths)
    {
        for (int i = 0; i < cells.Max(cell => cell.Length); i++)
        {
            IEnumerable<string> texts = cells.Select((cell, c) => i >= cell.Length ? new string(' ', widths[c])
                : isNumber[c] ? cell[i].PadLeft(widths[c]) : cell[i].PadRight(widths[c]));
            yield return string.Join(new string(' ', Gap), texts).TrimEnd();
        }
    }

    // Every column has the width of its text up to a common limit, the largest one with which the table fits.
    private int[] Widths(int? width)
    {
        int[] wanted = [.. columns.Select((name, c) => rows.Select(row => row[c].Length).Append(name.Length).Max())];
        if (width is not { } all || wanted.Sum() + (Gap * (wanted.Length - 1)) <= all)
        {
            return wanted;
        }

        int room = all - (Gap * (wanted.Length - 1));
        int[] least = [.. columns.Select((name, c) => rows.SelectMany(row => Pieces(row[c], null)).Concat(Pieces(name, '_')).Max(piece => piece.TrimEnd().Length))];
        int[] At(int limit) => [.. wanted.Select((want, c) => Math.Max(least[c], Math.Min(want, limit)))];
        int limit = 1;
        while (At(limit + 1).Sum() <= room)
        {
            limit++;
        }

        return At(limit);
    }

    /// <summary>The parts that a text may be broken into, blanks and separators at their ends.</summary>
    private static IEnumerable<string> Pieces(string text, char? separator)
    {
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ' || text[i] == separator)
            {
                yield return text[start..(i + 1)];
                start = i + 1;
            }
        }

        yield return text[start..];
    }
}
