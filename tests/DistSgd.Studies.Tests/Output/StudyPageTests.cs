using DistSgd.Reports;
using DistSgd.Studies.Output;
using DistSgd.Studies.Tests.Support;

namespace DistSgd.Studies.Tests.Output;

public class StudyPageTests
{
    [Fact]
    public void The_page_ends_with_what_the_tutorials_say()
    {
        ReportPage page = StudyPage.Of(Results.Of("demo", Results.Right, Results.Wrong, Results.Broken));
        page.Sections.Select(section => section.Title).ShouldBe(["A section", "What the tutorials say"]);
        page.Sections[1].Reading.ShouldBe("3 statements: 1 reproduced, 1 erratum with its proof, 1 CONTRADICTED.");
        page.Sections[1].Tables[0].Rows[1].ShouldBe(
            ["000", "It escapes.", "It stays.", "erratum: It starts on the stable manifold."]);
    }

    [Fact]
    public void What_cannot_be_measured_is_counted_by_itself()
    {
        ClaimText.Count([Results.Right, Results.Open]).ShouldBe("2 statements: 1 reproduced, no errata, 1 inconclusive, none contradicted.");
        ClaimText.Verdict(Results.Open).ShouldBe("inconclusive");
    }

    [Theory]
    [InlineData(1e16, "1E+16")]
    [InlineData(-0.0, "0")]
    [InlineData(0.123456, "0.1235")]
    [InlineData(5, "5")]
    [InlineData(null, "-")]
    public void Numbers_look_the_same_everywhere(object? value, string text)
    {
        CellText.Of(value).ShouldBe(text);
        CellText.Table(new StudyTable("t", "T", ["a"], [[value]])).Rows[0].ShouldBe([text]);
    }

    [Fact]
    public void A_study_without_claims_has_its_own_sections_alone() => StudyPage.Of(Results.Of("demo")).Sections.Count.ShouldBe(1);

    [Fact]
    public void The_overview_gathers_the_claims_of_all_studies()
    {
        StudyResult overview = StudyOverview.Of("all", "All", "distsgd all", [Results.Of("one", Results.Right), Results.Of("two", Results.Wrong)]);
        overview.Claims.ShouldBe([Results.Wrong, Results.Right], "in the order of the tutorials");
        overview.Summary.ShouldBe("2 studies checked what the tutorials say. 2 statements: 1 reproduced, 1 erratum with its proof, none contradicted.");
        overview.Sections[1].Links.Single().Path.ShouldBe(["two", "report.html"]);
        overview.Tables.Select(table => table.Name).ShouldBe(["studies", "claims"]);
        StudyJson.Write(overview).ShouldContain("\"verdict\": \"reproduced\"");
    }
}
