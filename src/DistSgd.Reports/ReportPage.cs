using DistSgd.Reports.Charts;

namespace DistSgd.Reports;

/// <summary>A page of text, tables and charts that reads from top to bottom; <see cref="ReportWriter"/> makes it one self-contained file.</summary>
/// <remarks>All texts are plain: whatever stands in them is shown as it is and never becomes markup.</remarks>
public sealed record ReportPage
{
    /// <summary>Title of the page.</summary>
    public required string Title { get; init; }

    /// <summary>What was found, in two or three sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>The command that makes the page anew.</summary>
    public required string Command { get; init; }

    /// <summary>The sections, in the order of reading.</summary>
    public required IReadOnlyList<ReportSection> Sections { get; init; }
}

/// <summary>One part of a page: a short reading in plain words, then the charts and tables that it was read from.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Reading">What the numbers say, made from the numbers.</param>
public sealed record ReportSection(string Title, string Reading)
{
    /// <summary>The charts.</summary>
    public IReadOnlyList<Chart> Charts { get; init; } = [];

    /// <summary>The tables.</summary>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];

    /// <summary>Pages beside this one that say more.</summary>
    public IReadOnlyList<ReportLink> Links { get; init; } = [];
}

/// <summary>A link to a file below the page's own folder; nothing else can be linked to, so that no request leaves the machine.</summary>
/// <param name="Text">What is read.</param>
/// <param name="Path">Segments of the path, relative to the page.</param>
public sealed record ReportLink(string Text, params IReadOnlyList<string> Path);

/// <summary>A table as it is read: every cell is formatted already.</summary>
/// <param name="Title">Caption.</param>
/// <param name="Columns">Headings of the columns.</param>
/// <param name="Rows">The rows, one text a column.</param>
public sealed record ReportTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
