namespace DistSgd.Studies.Landscapes.Claims;

/// <summary>Makes claims whose verdict is computed from what was measured.</summary>
internal static class ClaimCheck
{
    /// <summary>A claim that should hold.</summary>
    /// <param name="seed">Number of the tutorial.</param>
    /// <param name="claim">What it states.</param>
    /// <param name="ours">What was measured.</param>
    /// <param name="holds">Whether the measurement agrees.</param>
    public static SeedClaim Holds(string seed, string claim, string ours, bool holds) =>
        new(seed, claim, ours, holds ? ClaimVerdict.Reproduced : ClaimVerdict.Contradicted);

    /// <summary>A claim that is wrong as stated.</summary>
    /// <param name="seed">Number of the tutorial.</param>
    /// <param name="claim">What it states.</param>
    /// <param name="ours">What was measured.</param>
    /// <param name="isWrong">Whether the measurement shows what the proof says; without it the erratum itself is in doubt.</param>
    /// <param name="proof">Why the statement is wrong.</param>
    public static SeedClaim Fails(string seed, string claim, string ours, bool isWrong, string proof) =>
        new(seed, claim, ours, isWrong ? ClaimVerdict.Erratum : ClaimVerdict.Contradicted, proof);

    /// <summary>Whether two numbers agree within a tolerance.</summary>
    public static bool Near(double measured, double stated, double tolerance) => Math.Abs(measured - stated) <= tolerance;
}
