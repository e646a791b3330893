using DistSgd.Reports;

namespace DistSgd.Studies.Output;

/// <summary>Sums several studies up: one table with every statement of the tutorials, and what each study found.</summary>
public static class StudyOverview
{
    /// <summary>Makes the overview.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="title">Its title for people.</param>
    /// <param name="command">The command that makes it anew.</param>
    /// <param name="parts">The studies, in the order of reading; their folders lie beside the overview's report.</param>
    /// <returns>The overview, a study like any other.</returns>
    public static StudyResult Of(string name, string title, string command, IReadOnlyList<StudyResult> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        SeedClaim[] claims = [.. parts.SelectMany(part => part.Claims).OrderBy(claim => claim.Seed, StringComparer.Ordinal)];
        return new StudyResult
        {
            Name = name,
            Title = title,
            Command = command,
            Summary = $"{parts.Count} studies checked what the tutorials say. {ClaimText.Count(claims)}",
            Claims = claims,
            Tables = [Studies(parts), Claims(parts)],
            Sections = [.. parts.Select(part => new ReportSection(part.Title, part.Summary)
            {
                Links = [new ReportLink("Charts and tables", part.Name, StudyWriter.ReportName)],
            })],
        };
    }

    private static StudyTable Studies(IReadOnlyList<StudyResult> parts) => new(
        "studies",
        "Studies",
        ["study", "title", "statements", "contradicted", "summary"],
        [.. parts.Select(part => (object?[])
        [
            part.Name, part.Title, part.Claims.Count, part.Claims.Count(claim => claim.Verdict == ClaimVerdict.Contradicted), part.Summary,
        ])],
        IsPrinted: false);

    private static StudyTable Claims(IReadOnlyList<StudyResult> parts) => new(
        "claims",
        ClaimText.Title,
        ["seed", "study", "claim", "ours", "verdict", "proof"],
        [
            .. parts.SelectMany(part => part.Claims.Select(claim => (object?[])
                [claim.Seed, part.Name, claim.Claim, claim.Ours, ClaimText.Word(claim).ToLowerInvariant(), claim.Proof])),
        ],
        IsPrinted: false);
}
