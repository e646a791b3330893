using DistSgd.Studies;
using DistSgd.Studies.Output;

namespace DistSgd.Cli.Views;

/// <summary>A study as a person reads it on the terminal: summary, tables, and what the tutorials say.</summary>
internal static class StudyText
{
    private const int NarrowestTerminal = 40;

    /// <summary>Width of the terminal that standard output is; null where it is none, so that lines stay whole for other programs.</summary>
    public static int? TerminalWidth => Console.IsOutputRedirected || Console.WindowWidth is var width && width < 1
        ? null
        : Math.Max(width, NarrowestTerminal);

    /// <summary>The text of a study.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="directory">Where it was written.</param>
    /// <param name="width">Width of the terminal, or null.</param>
    /// <returns>The text, without a final line end.</returns>
    public static string Of(StudyResult result, string directory, int? width)
    {
        var lines = new List<string>();
        lines.AddRange(Paragraph(result.Title, width));
        lines.AddRange(Paragraph(result.Summary, width));
        foreach (StudyTable table in result.Tables.Where(table => table.IsPrinted))
        {
            lines.AddRange(["", .. Paragraph(table.Title, width), .. Table(table, width)]);
        }

        if (result.Claims.Count > 0)
        {
            lines.AddRange(["", ClaimText.Title, .. Claims(result.Claims, width)]);
        }

        lines.AddRange(["", $"report  {Path.Combine(Display.Path(directory), StudyWriter.ReportName)}"]);
        return string.Join('\n', lines.Select(Display.Printable));
    }

    private static string[] Paragraph(string text, int? width) =>
        width is { } limit ? TextTable.Wrap(text, limit) : [text];

    private static IEnumerable<string> Table(StudyTable table, int? width)
    {
        string[][] rows = [.. table.Rows.Select(row => row.Select(CellText.Of).ToArray())];
        bool[] isNumber = [.. table.Columns.Select((_, c) => table.Rows.All(row => row[c] is not string))];
        return new TextTable(table.Columns, rows, isNumber).Lines(width);
    }

    // A proof is longer than all else together: where room is short it stands below its row instead of in a narrow column.
    private static IEnumerable<string> Claims(IReadOnlyList<SeedClaim> claims, int? width)
    {
        bool isNarrow = width is not null;
        string[][] rows =
        [
            .. claims.Select(claim => (string[])
                [claim.Seed, claim.Claim, claim.Ours, isNarrow ? ClaimText.Word(claim) : ClaimText.Verdict(claim)]),
        ];
        string?[] notes = [.. claims.Select(claim => isNarrow && claim.Proof is not null ? ClaimText.Verdict(claim) : null)];
        return new TextTable(["seed", "claim", "ours", "verdict"], rows, [false, false, false, false], notes).Lines(width);
    }
}
