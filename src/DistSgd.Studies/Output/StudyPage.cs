using DistSgd.Reports;

namespace DistSgd.Studies.Output;

/// <summary>The report of a study: its own sections, then what the tutorials say beside what was measured.</summary>
public static class StudyPage
{
    /// <summary>Makes the page.</summary>
    /// <param name="result">What was found.</param>
    /// <returns>The page, ready to be rendered.</returns>
    public static ReportPage Of(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new ReportPage
        {
            Title = result.Title,
            Summary = result.Summary,
            Command = result.Command,
            Sections = result.Claims.Count == 0 ? result.Sections : [.. result.Sections, Claims(result.Claims)],
        };
    }

    private static ReportSection Claims(IReadOnlyList<SeedClaim> claims) => new(ClaimText.Title, ClaimText.Count(claims))
    {
        Tables =
        [
            new ReportTable(
                "Statements of the tutorials, by number",
                ["Tutorial", "Statement", "Measured here", "Verdict"],
                [.. claims.Select(claim => (string[])[claim.Seed, claim.Claim, claim.Ours, ClaimText.Verdict(claim)])]),
        ],
    };
}
