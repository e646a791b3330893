namespace DistSgd.Studies.Output;

/// <summary>Claims of the tutorials in words, the same on the terminal and in reports.</summary>
public static class ClaimText
{
    /// <summary>Title of the table of claims.</summary>
    public const string Title = "What the tutorials say";

    /// <summary>The verdict in one word.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns><c>reproduced</c>, <c>erratum</c>, <c>inconclusive</c> or, so that nobody overlooks it, <c>CONTRADICTED</c>.</returns>
    public static string Word(SeedClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return claim.Verdict switch
        {
            ClaimVerdict.Reproduced => "reproduced",
            ClaimVerdict.Erratum => "erratum",
            ClaimVerdict.Contradicted => "CONTRADICTED",
            ClaimVerdict.Inconclusive => "inconclusive",
            _ => throw new ArgumentOutOfRangeException(nameof(claim), claim.Verdict, "Unknown verdict."),
        };
    }

    /// <summary>The verdict with its proof, if there is one.</summary>
    /// <param name="claim">The claim.</param>
    /// <returns>For instance <c>erratum: the start lies on the stable manifold of the saddle</c>.</returns>
    public static string Verdict(SeedClaim claim)
    {
        string word = Word(claim);
        return claim.Proof is { } proof ? $"{word}: {proof}" : word;
    }

    /// <summary>How many claims came out how, in a sentence.</summary>
    /// <param name="claims">The claims.</param>
    /// <returns>For instance <c>5 statements: 4 reproduced, 1 erratum with its proof, none contradicted.</c></returns>
    public static string Count(IReadOnlyCollection<SeedClaim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        int Of(ClaimVerdict verdict) => claims.Count(claim => claim.Verdict == verdict);
        string errata = Of(ClaimVerdict.Erratum) switch
        {
            0 => "no errata",
            1 => "1 erratum with its proof",
            int many => $"{many} errata with their proofs",
        };
        string inconclusive = Of(ClaimVerdict.Inconclusive) is var open and > 0 ? $"{open} inconclusive, " : "";
        string contradicted = Of(ClaimVerdict.Contradicted) is var found and > 0 ? $"{found} CONTRADICTED" : "none contradicted";
        return $"{claims.Count} {(claims.Count == 1 ? "statement" : "statements")}: "
            + $"{Of(ClaimVerdict.Reproduced)} reproduced, {errata}, {inconclusive}{contradicted}.";
    }
}
