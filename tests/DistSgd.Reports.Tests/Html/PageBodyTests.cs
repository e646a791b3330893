namespace DistSgd.Reports.Tests.Html;

public sealed class PageBodyTests
{
    [Fact]
    public void A_link_leads_below_the_page_and_nowhere_else()
    {
        string html = Page(new ReportLink("More <b>", "a study", "report.html"), new ReportLink("Out", "..", "//evil.example", "javascript:x"));
        html.ShouldContain("<a href=\"./a%20study/report.html\">More &lt;b&gt;<span");
        html.ShouldContain("<a href=\"./_/%2F%2Fevil.example/javascript%3Ax\">");
    }

    private static string Page(params ReportLink[] links) => ReportWriter.ToHtml(new ReportPage
    {
        Title = "Links",
        Summary = "A page of a test.",
        Command = "distsgd study",
        Sections = [new ReportSection("Section", "Read it.") { Links = links }],
    });
}
