using DistSgd.Reports;

namespace DistSgd.Studies;

/// <summary>What a study found: tables for files and terminal, sections for the report, and the seeds' claims that it checked.</summary>
public sealed record StudyResult
{
    /// <summary>Name of the study, a file name: <c>landscape-quartic</c>, <c>curvature</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Title for people.</summary>
    public required string Title { get; init; }

    /// <summary>What was found, in two or three sentences made from the numbers.</summary>
    public required string Summary { get; init; }

    /// <summary>The command that makes it anew.</summary>
    public required string Command { get; init; }

    /// <summary>The measured numbers: each table becomes a CSV file, a part of study.json and, printed, the result on the terminal.</summary>
    public required IReadOnlyList<StudyTable> Tables { get; init; }

    /// <summary>The sections of the report.</summary>
    public required IReadOnlyList<ReportSection> Sections { get; init; }

    /// <summary>What the tutorials claim, beside what was measured.</summary>
    public IReadOnlyList<SeedClaim> Claims { get; init; } = [];
}

/// <summary>A table of measured numbers.</summary>
/// <param name="Name">Its file name without extension, in snake_case.</param>
/// <param name="Title">Its title for people.</param>
/// <param name="Columns">Names of the columns in snake_case, with units last.</param>
/// <param name="Rows">The cells: numbers, texts, booleans or null, one a column.</param>
/// <param name="IsPrinted">Whether the terminal shows it; false for long series that only files hold.</param>
public sealed record StudyTable(
    string Name, string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<object?>> Rows, bool IsPrinted = true);

/// <summary>Something that a tutorial states, beside what was measured.</summary>
/// <param name="Seed">The tutorial, by its number: <c>002</c>.</param>
/// <param name="Claim">What it states.</param>
/// <param name="Ours">What was measured.</param>
/// <param name="Verdict">Whether both agree.</param>
/// <param name="Proof">For an erratum, why the statement is wrong.</param>
public sealed record SeedClaim(string Seed, string Claim, string Ours, ClaimVerdict Verdict, string? Proof = null);

/// <summary>Whether a measurement bears a claim out.</summary>
public enum ClaimVerdict
{
    /// <summary>The measurement agrees.</summary>
    Reproduced,

    /// <summary>The claim is wrong as stated, and a proof says why.</summary>
    Erratum,

    /// <summary>The measurement contradicts the claim without a proof: something is broken.</summary>
    Contradicted,

    /// <summary>The measurement decides nothing: it depends on something that does not hold still here, such as the speed of the machine.</summary>
    Inconclusive,
}
