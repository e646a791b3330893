using DistSgd.Reports.Charts;
using DistSgd.Testing.Browsers;
using Microsoft.Playwright;

namespace DistSgd.Reports.Tests.Page;

[Collection(ReportBrowser.Name)]
public sealed class DrawnPageTests(Browser browser)
{
    [SkippableFact]
    public async Task Every_kind_of_chart_is_drawn_without_complaint_and_without_a_request()
    {
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, SamplePage.Create());

        (await page.Page.Locator(".plot[data-drawn]").CountAsync()).ShouldBe(7);
        string[] kinds = await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.plot')].map(plot => plot.data[0].type)");
        kinds.ShouldBe(["contour", "surface", "scatter", "scatter", "scatter", "heatmap", "scattergl"]);
        (await page.Page.Locator("text=WebGL is not supported").CountAsync()).ShouldBe(0);
        page.Complaints.ShouldBeEmpty();
        page.OutsideRequests.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Heights_beside_the_colours_have_three_digits_and_differ()
    {
        GridField field = new([0, 1, 2], [0, 1], [[0.0400341, 1.23456, 50.5678], [3, 10, 20]]);
        GridField near = new([0, 1, 2], [0, 1], [[1.00001, 1.00002, 1.00003], [1.00001, 1.00002, 1.00004]]);
        ContourChart chart = SamplePage.Contour() with { Field = field, Paths = [], Marks = [], Arrows = [] };
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, ReportBrowser.PageOf(chart, chart with { Field = near }));

        string[] labels = await LabelsAsync(page, 0);
        labels[0].ShouldBe("0.04");
        labels[^1].ShouldBe("50.6");
        (await LabelsAsync(page, 1)).ShouldBeUnique();
    }

    private static Task<string[]> LabelsAsync(BrowserPage page, int plot) =>
        page.Page.EvaluateAsync<string[]>($"document.querySelectorAll('.plot')[{plot}].data[0].colorbar.ticktext");

    [SkippableFact]
    public async Task Charts_take_the_colours_of_a_theme_that_changes()
    {
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, ReportBrowser.PageOf(SamplePage.BatchSize()));
        string[] light = await ColoursAsync(page);

        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });

        await page.UntilAsync($"document.querySelector('.plot').data[0].line.color !== '{light[0]}'");
        string[] dark = await ColoursAsync(page);
        dark.Zip(light).ShouldAllBe(pair => pair.First != pair.Second);
        page.Complaints.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task No_width_makes_the_page_scroll_sideways()
    {
        ReportPage wide = SamplePage.Create() with { Title = new string('W', 90), Command = new string('c', 300) };
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, wide, new BrowserView { Width = 390 });
        foreach (int width in new[] { 390, 320, 768 })
        {
            await page.Page.SetViewportSizeAsync(width, 900);
            await page.UntilAsync("[...document.querySelectorAll('.plot')].every(plot => plot._fullLayout.width <= plot.clientWidth + 1)");

            (await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).ShouldBeLessThanOrEqualTo(width);
        }
    }

    [SkippableFact]
    public async Task Without_WebGL_a_landscape_is_shown_from_above_and_a_large_curve_in_fewer_points()
    {
        ReportPage report = ReportBrowser.PageOf(SamplePage.Surface(), SamplePage.Large());

        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, report, new BrowserView { HasWebGl = false });

        (await page.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('.plot')].map(plot => plot.data[0].type)"))
            .ShouldBe(["contour", "scatter"]);
        (await page.Page.Locator(".chart .note").First.InnerTextAsync()).ShouldStartWith("This browser offers no WebGL");
        (await page.Page.EvaluateAsync<int>("document.querySelectorAll('.plot')[1].data[0].x.length")).ShouldBeInRange(1000, 4000);
        page.Complaints.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Charts_with_little_or_nothing_in_them_are_drawn_all_the_same()
    {
        LineChart empty = SamplePage.Spectrum() with { Curves = [] };
        LineChart holes = SamplePage.Loss() with
        {
            Curves = [new Curve("none", [], []), new Curve("holes", [1, 2], [double.NaN, -1]), new Curve("zero", [0], [0]) { Errors = [1] }],
        };
        ContourChart plain = SamplePage.Contour() with { Field = Flat(3), Paths = [new Curve("none", [], [])], Arrows = [] };
        SurfaceChart nothing = SamplePage.Surface() with { Field = Flat(double.NaN), Paths = [] };

        await using BrowserPage page = await ReportBrowser.DrawnAsync(
            browser, ReportBrowser.PageOf(empty, holes, plain, nothing, SamplePage.Heat() with { Field = new GridField([], [], []) }));

        page.Complaints.ShouldBeEmpty();
        (await page.Page.Locator(".plot[data-drawn]").CountAsync()).ShouldBe(5);
    }

    [SkippableFact]
    public async Task Values_that_a_logarithmic_axis_cannot_show_are_gaps_and_its_limits_are_kept()
    {
        LineChart chart = SamplePage.Loss() with { Curves = [new Curve("c", [1, 2, 3, 4], [10, 0, -5, 1e-20])] };

        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, ReportBrowser.PageOf(chart));

        (await page.Page.EvaluateAsync<bool[]>("document.querySelector('.plot').data[0].y.map(value => value === null)"))
            .ShouldBe([false, true, true, false]);
        (await page.Page.EvaluateAsync<double>("document.querySelector('.plot')._fullLayout.yaxis.range[0]")).ShouldBe(-12, 1e-9);
    }

    private static GridField Flat(double value) => new([0, 1], [0, 1], [[value, value], [value, value]]);

    private static Task<string[]> ColoursAsync(BrowserPage page) => page.Page.EvaluateAsync<string[]>("""
        (() => {
          const plot = document.querySelector('.plot');
          return [plot.data[0].line.color, plot.layout.xaxis.gridcolor, getComputedStyle(document.querySelector('.chart')).backgroundColor];
        })()
        """);
}
