using DistSgd.Testing.Browsers;

namespace DistSgd.Reports.Tests.Page;

/// <summary>The one browser of this assembly's tests.</summary>
[CollectionDefinition(Name)]
public sealed class ReportBrowser : ICollectionFixture<Browser>
{
    public const string Name = "browser";

    /// <summary>Opens a page whose charts are all drawn.</summary>
    internal static async Task<BrowserPage> DrawnAsync(Browser browser, ReportPage page, BrowserView? view = null)
    {
        Skip.IfNot(ChartLibrary.IsAvailable, "The product was built without the charting library; install Node.js and build again.");
        BrowserPage opened = await browser.OpenAsync(ReportWriter.ToHtml(page), view);
        await opened.DrawnAsync();
        return opened;
    }

    internal static ReportPage PageOf(params Charts.Chart[] charts) => new()
    {
        Title = "Charts",
        Summary = "A page of a test.",
        Command = "distsgd study",
        Sections = [new ReportSection("Charts", "Read them.") { Charts = charts }],
    };
}
