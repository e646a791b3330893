namespace DistSgd.Studies.Tests.Landscapes;

public class SeedClaimsTests
{
    private static readonly Lazy<IReadOnlyList<SeedClaim>> All = new(() => [.. DefaultResults.Claims()]);

    [Fact]
    public void Every_tutorial_is_checked_and_none_contradicted()
    {
        All.Value.Select(claim => claim.Seed).Distinct().Order().ShouldBe(["000", "001", "002", "003", "004"]);
        All.Value.ShouldAllBe(claim => claim.Verdict != ClaimVerdict.Contradicted);
        All.Value.Count.ShouldBeGreaterThan(80);
        All.Value.Select(claim => (claim.Seed, claim.Claim)).ShouldBeUnique();
    }

    [Fact]
    public void Every_statement_is_written_in_one_style()
    {
        foreach (SeedClaim claim in All.Value)
        {
            claim.Claim.ShouldNotEndWith(".");
            claim.Ours.ShouldNotEndWith(".");
            claim.Proof?.ShouldEndWith(".");
            $"{claim.Claim} {claim.Ours} {claim.Proof}".ShouldNotMatch(@"E\+0\d\d|10\^\d|\w\^2(?![.\d])|-2\^|\d us\b|NaN ", claim.Claim);
        }
    }

    // The numbers that the tutorials print, as this product measures them.
    [Theory]
    [InlineData("002", "critical points (0, 0), (1, 1)", "3 found in the box: (-1, -1), (1, 1), (0, 0)")]
    [InlineData("002", "f is 1, −1 and −1", "1, -1, -1")]
    [InlineData("002", "The Hessian at (0, 0)", "eigenvalues -4 and 4, saddle")]
    [InlineData("002", "The Hessian at (1, 1)", "eigenvalues 8 and 16, minimum")]
    [InlineData("002", "three directions go up", "positive on 3 arcs and negative on 3")]
    [InlineData("002", "at least 31 iterations", "31 steps; |x| is 0.01238 after 30 and 0.009904 after 31")]
    [InlineData("002", "η = 1.1 diverges", "after 30 steps")]
    [InlineData("002", "global minimum at (0, 0) with f = 0", "121 minima")]
    [InlineData("002", "different local minima", "(0, 0) with 0, (0.995, 0.995) with 1.99, (0, 1.9899) with 3.98, (1.9899, -0.995) with 4.975")]
    [InlineData("001", "near 0 after 20 steps", "0.0576")]
    [InlineData("003", "f″(0) = −8", "-8, 16 and 16")]
    [InlineData("003", "f′(2) = 0", "f′(2) = 0, f(2) = 1, f(0) = 5, f(4) = 5")]
    [InlineData("003", "f″(x*) = 0", "x⁴ is 0.0001 and 0.0001, a minimum")]
    [InlineData("002", "converges for 0 < η < 1", "the distance falls below 1E-06, after at most 781 steps")]
    [InlineData("001", "warm-up", "one step ahead")]
    [InlineData("001", "O(d³)", "2097280")]
    [InlineData("004", "tanh′(4)", "0.001341")]
    [InlineData("004", "minimum of the risk lies at", "(1.0904, -1.0467)")]
    [InlineData("004", "minimum of the empirical risk lies at", "(1.0170, -1.2085)")]
    [InlineData("004", "local minimum at about −0.3", "f = -1.0467 at 1.0904 and f = -0.1786 at -0.2739")]
    public void Printed_numbers_are_reproduced(string seed, string claim, string ours)
    {
        SeedClaim found = Find(seed, claim);
        found.Verdict.ShouldBe(ClaimVerdict.Reproduced);
        found.Ours.ShouldContain(ours);
    }

    [Fact]
    public void An_erratum_says_where_it_holds()
    {
        Find("002", "eventually escaping").Ours.ShouldStartWith(
            "started exactly at (0.5, −0.5) it has not left after 20,000 steps: at the saddle, both coordinates 0 to the last bit of single precision");
        Find("002", "eventually escaping").Ours.ShouldContain("at (0.5, −0.4999), it escapes after 261 steps, as stated");
    }

    [Theory]
    [InlineData("001", "probability (1/2)^d")]
    [InlineData("001", "reduce the learning rate")]
    [InlineData("001", "Nesterov")]
    [InlineData("002", "eventually escaping")]
    [InlineData("002", "escaped the saddle!")]
    [InlineData("002", "stuck near saddle")]
    [InlineData("002", "Momentum takes a smooth path")]
    [InlineData("002", "exactly one valley")]
    [InlineData("002", "prints “Converged”")]
    [InlineData("003", "flat in one direction")]
    [InlineData("004", "height −0.25")]
    public void Errata_are_proved(string seed, string claim)
    {
        SeedClaim found = Find(seed, claim);
        found.Verdict.ShouldBe(ClaimVerdict.Erratum);
        found.Proof.ShouldNotBeNullOrEmpty();
    }

    private static SeedClaim Find(string seed, string claim) =>
        All.Value.Where(candidate => candidate.Seed == seed && candidate.Claim.Contains(claim)).ShouldHaveSingleItem();
}
