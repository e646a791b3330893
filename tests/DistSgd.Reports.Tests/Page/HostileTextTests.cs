using DistSgd.Reports.Charts;
using DistSgd.Testing.Browsers;

namespace DistSgd.Reports.Tests.Page;

/// <summary>Plotly reads a small HTML, and templates, from the texts it is given: none of that may reach it.</summary>
[Collection(ReportBrowser.Name)]
public sealed class HostileTextTests(Browser browser)
{
    private const string Hostile =
        "</script><script>window.harmed=1</script><img src=x onerror=window.harmed=1><b>b</b><a href=\"https://example.invalid\">a</a>%{x}&lt;$";

    [SkippableFact]
    public async Task Hostile_texts_are_shown_as_they_are_in_every_place_of_every_chart()
    {
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, Page());
        foreach (int chart in new[] { 1, 2, 3 })
        {
            await page.Page.FocusAsync($"#chart-{chart} .plot");
            await page.Page.Keyboard.PressAsync("ArrowRight");
            await page.Page.WaitForSelectorAsync($"#chart-{chart} .hoverlayer .hovertext");
            string hover = string.Concat(await page.Page.Locator($"#chart-{chart} .hoverlayer .hovertext").AllTextContentsAsync());
            Bare(hover).ShouldContain(Bare(Hostile));
        }

        string axis = await page.Page.Locator("#chart-1 .xtitle").TextContentAsync() ?? "";
        axis.ShouldBe(Hostile);
        (await page.Page.Locator("#chart-1 .legend button").First.InnerTextAsync()).ShouldBe(Hostile);
        Bare(string.Concat(await page.Page.Locator("#chart-1 .annotation-text").AllTextContentsAsync())).ShouldContain(Bare(Hostile));
        (await page.Page.Locator("#chart-4 .legend button").First.InnerTextAsync()).ShouldBe(Hostile);

        // What stands for bold text and links in a drawing are spans and anchors of SVG.
        (await page.Page.Locator("img, .plot a[href], .plot a[*|href], .legend a, .legend b, .readout b, iframe").CountAsync()).ShouldBe(0);
        (await page.Page.EvaluateAsync<bool>("'harmed' in window")).ShouldBeFalse();
        page.Complaints.ShouldBeEmpty();
        page.OutsideRequests.ShouldBeEmpty();
    }

    private static ReportPage Page()
    {
        var axis = new Axis(Hostile);
        var curve = new Curve(Hostile, [0, 1, 2], [0, 1, 2]);
        var field = new GridField([0, 1, 2], [0, 1, 2], [[0, 1, 2], [1, 2, 3], [2, 3, 4]]);
        Mark[] marks = [new Mark(1, 1, Hostile)];
        return new ReportPage
        {
            Title = Hostile,
            Summary = Hostile,
            Command = Hostile,
            Sections =
            [
                new ReportSection(Hostile, Hostile)
                {
                    Charts =
                    [
                        new LineChart { Title = Hostile, Description = Hostile, X = axis, Y = axis, Curves = [curve], Marks = marks, Moments = [new Moment(1, 1, Hostile)] },
                        new ContourChart
                        {
                            Title = Hostile,
                            Description = Hostile,
                            X = axis,
                            Y = axis,
                            ValueLabel = Hostile,
                            Field = field,
                            Paths = [curve],
                            Marks = marks,
                            Arrows = [new Arrow(1, 1, 0.5, 0.5)],
                        },
                        new HeatMap { Title = Hostile, Description = Hostile, X = axis, Y = axis, ValueLabel = Hostile, Field = field },
                        new SurfaceChart
                        {
                            Title = Hostile,
                            Description = Hostile,
                            X = axis,
                            Y = axis,
                            Z = axis,
                            Field = field,
                            Paths = [new SpaceCurve(Hostile, [0, 1], [0, 1], [0, 2])],
                        },
                    ],
                    Tables = [new ReportTable(Hostile, [Hostile], [[Hostile]])],
                },
            ],
        };
    }

    /// <summary>A text without the spaces at which lines may have been broken.</summary>
    private static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
