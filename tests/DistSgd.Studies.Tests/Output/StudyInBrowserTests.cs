using DistSgd.Reports;
using DistSgd.Studies.Output;
using DistSgd.Testing.Browsers;

namespace DistSgd.Studies.Tests.Output;

/// <summary>Reports of real studies in a real browser: every chart is drawn, nothing is complained of, asked for or hard to reach.</summary>
public sealed class StudyInBrowserTests(Browser browser) : IClassFixture<Browser>
{
    [SkippableTheory]
    [InlineData("quartic")]
    [InlineData("rastrigin")]
    [InlineData("saddle-escape")]
    [InlineData("exponential")]
    [InlineData("vanishing")]
    [InlineData("zero-initialization")]
    public async Task A_study_is_drawn_whole(string name)
    {
        Skip.IfNot(ChartLibrary.IsAvailable, "The product was built without the charting library; install Node.js and build again.");
        ReportPage report = StudyPage.Of(StudyCatalog.Find(name).Run(new StudySettings()));
        await using BrowserPage page = await browser.OpenAsync(ReportWriter.ToHtml(report));
        await page.DrawnAsync();

        int charts = report.Sections.Sum(section => section.Charts.Count);
        charts.ShouldBeGreaterThan(0);
        (await page.Page.Locator(".plot[data-drawn]").CountAsync()).ShouldBe(charts);
        page.Complaints.ShouldBeEmpty();
        page.OutsideRequests.ShouldBeEmpty();
        (await page.AccessibilityViolationsAsync()).ShouldBeEmpty();
        (await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
    }
}
