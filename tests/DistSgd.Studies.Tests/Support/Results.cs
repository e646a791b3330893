using DistSgd.Reports;

namespace DistSgd.Studies.Tests.Support;

/// <summary>Results of studies that never ran.</summary>
internal static class Results
{
    public static readonly SeedClaim Right = new("002", "It converges.", "It does.", ClaimVerdict.Reproduced);

    public static readonly SeedClaim Wrong = new("000", "It escapes.", "It stays.", ClaimVerdict.Erratum, "It starts on the stable manifold.");

    public static readonly SeedClaim Broken = new("001", "It is 1.", "It is 2.", ClaimVerdict.Contradicted);

    public static readonly SeedClaim Open = new("001", "It takes 1 s.", "not measurable here: 3 s", ClaimVerdict.Inconclusive);

    public static StudyResult Of(string name, params SeedClaim[] claims) => new()
    {
        Name = name,
        Title = $"The study {name}",
        Summary = "It was found that it works.",
        Command = $"distsgd {name}",
        Tables =
        [
            new StudyTable(
                "numbers",
                "Numbers",
                ["label", "value", "is_small", "count"],
                [
                    ["plain", 0.1, true, 1],
                    ["with, comma", double.NaN, false, 2L],
                    ["\"quoted\"", double.NegativeInfinity, null, null],
                ]),
        ],
        Sections = [new ReportSection("A section", "A reading")],
        Claims = claims,
    };
}
