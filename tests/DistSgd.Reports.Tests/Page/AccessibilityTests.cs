using DistSgd.Testing.Browsers;
using Microsoft.Playwright;

namespace DistSgd.Reports.Tests.Page;

[Collection(ReportBrowser.Name)]
public sealed class AccessibilityTests(Browser browser)
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Axe_finds_nothing_wrong(bool isDark)
    {
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, SamplePage.Create(), new BrowserView { IsDark = isDark });
        await page.Page.EvaluateAsync("document.querySelectorAll('details').forEach(details => { details.open = true; })");

        (await page.AccessibilityViolationsAsync()).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Axe_finds_nothing_wrong_without_the_library()
    {
        await using BrowserPage page = await browser.OpenAsync(ReportWriter.ToHtml(SamplePage.Create(), hasCharts: false));

        (await page.AccessibilityViolationsAsync()).ShouldBeEmpty();
        page.Complaints.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Arrow_keys_walk_along_a_curve_and_to_the_next_one_and_escape_leaves()
    {
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, ReportBrowser.PageOf(SamplePage.BatchSize()));
        await page.Page.FocusAsync(".plot");

        (await PressAsync(page, "ArrowRight")).ShouldBe("Measured, five seeds: Batch size 8, Steps 4100 ± 400. Point 1 of 8.");
        (await PressAsync(page, "ArrowRight")).ShouldBe("Measured, five seeds: Batch size 16, Steps 2150 ± 180. Point 2 of 8.");
        await page.Page.WaitForSelectorAsync(".hoverlayer .hovertext");
        (await PressAsync(page, "ArrowLeft")).ShouldBe("Measured, five seeds: Batch size 8, Steps 4100 ± 400. Point 1 of 8.");
        (await PressAsync(page, "End")).ShouldEndWith("Batch size 1024, Steps 171 ± 16. Point 8 of 8.");
        (await PressAsync(page, "ArrowDown")).ShouldBe("Perfect scaling: Batch size 1024, Steps 32. Point 2 of 2.");
        (await PressAsync(page, "ArrowDown")).ShouldBe("Marks: noise scale 203, Batch size 203, Steps 300. Point 1 of 1.");
        (await PressAsync(page, "Escape")).ShouldBeEmpty();
        await page.UntilAsync("document.querySelector('.hoverlayer .hovertext') === null");
    }

    [SkippableFact]
    public async Task Arrow_keys_walk_over_a_field_in_both_directions()
    {
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, ReportBrowser.PageOf(SamplePage.Heat()));
        await page.Page.FocusAsync(".plot");

        (await PressAsync(page, "ArrowRight")).ShouldBe("log₁₀ learning rate −0.5: log₂ batch size 4, Accuracy no value. Point 1 of 7.");
        await PressAsync(page, "ArrowDown");
        (await PressAsync(page, "ArrowRight")).ShouldStartWith("log₁₀ learning rate −1: log₂ batch size 5, Accuracy 0.9");
        await page.Page.WaitForSelectorAsync(".hoverlayer .hovertext");
    }

    [SkippableFact]
    public async Task An_entry_of_the_legend_is_a_switch_that_a_change_of_theme_does_not_reset()
    {
        await using BrowserPage page = await ReportBrowser.DrawnAsync(browser, ReportBrowser.PageOf(SamplePage.BatchSize()));
        ILocator entry = page.Page.GetByRole(AriaRole.Button, new() { Name = "Perfect scaling" });

        await entry.PressAsync("Enter");
        (await entry.GetAttributeAsync("aria-pressed")).ShouldBe("false");
        await page.Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await page.UntilAsync("document.querySelector('.plot').layout.font.color === '#e8ebef'");

        (await page.Page.EvaluateAsync<bool>("document.querySelector('.plot').data[1].visible === false")).ShouldBeTrue();
        (await page.Page.GetByRole(AriaRole.Button, new() { Name = "Perfect scaling" }).GetAttributeAsync("aria-pressed")).ShouldBe("false");
    }

    private static async Task<string> PressAsync(BrowserPage page, string key)
    {
        await page.Page.Keyboard.PressAsync(key);
        return await page.Page.Locator("[role=status]").InnerTextAsync();
    }
}
