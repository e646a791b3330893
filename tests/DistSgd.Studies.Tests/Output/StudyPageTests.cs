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
    public void A_study_without_claims_has_its_own_sections_alone() => StudyPage.Of(Results.Of("demo")).Sections.Count.ShouldBe(1);

    [Fact]
    public void The_overview_gathers_the_claims_of_all_studies()
    {
        StudyResult overview = StudyOverview.Of("all", "All", "distsgd all", [Results.Of("one", Results.Right), Results.Of("two", Results.Wrong)]);
        overview.Claims.ShouldBe([Results.Wrong, Results.Right], "in the order of the tutorials");
        overview.Summary.ShouldBe("2 studies checked what the tutorials say. 2 statements: 1 reproduced, 1 erratum with its proof, none contradicted.");
        overview.Sections[1].Reading.ShouldContain("two/report.html");
        overview.Tables.Select(table => table.Name).ShouldBe(["studies", "claims"]);
        StudyJson.Write(overview).ShouldContain("\"verdict\": \"reproduced\"");
    }
}
