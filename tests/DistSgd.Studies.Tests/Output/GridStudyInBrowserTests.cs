using DistSgd.Hosting;
using DistSgd.Reports;
using DistSgd.Studies.Noise;
using DistSgd.Studies.Output;
using DistSgd.Studies.Tests.Trials;
using DistSgd.Testing.Browsers;
using DistSgd.Training.Config;

namespace DistSgd.Studies.Tests.Output;

/// <summary>Reports of studies of batch size and noise in a real browser.</summary>
public sealed class GridStudyInBrowserTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly SmallStudies _studies = new();

    public void Dispose() => _studies.Dispose();

    [SkippableFact]
    public async Task A_study_of_batch_sizes_is_drawn_whole() => await DrawnWhole(_studies.Carry(
        _studies.Load("""
            run: run.yaml
            grid: { training.batch_size: [2, 4, 8, 32, 128, 600] }
            learning_rates: [0.05, 0.1, 0.2, 0.4]
            seeds: 2
            target: { accuracy: 0.9, every: 50 }
            budget: { epochs: 40, steps: 1000 }
            sharpness_examples: 100
            """),
        threads: 2));

    [SkippableFact]
    public async Task A_study_in_which_everything_diverges_is_drawn_too() => await DrawnWhole(_studies.Carry(_studies.Load("""
        run: run.yaml
        set: { clip: null }
        grid: { training.batch_size: [10, 20] }
        learning_rates: [1.0e+20, 1.0e+21]
        search_beyond: 0
        """)));

    [SkippableFact]
    public async Task A_study_of_other_keys_without_target_and_slices_is_drawn_whole() => await DrawnWhole(_studies.Carry(
        _studies.Load("""
            run: run.yaml
            set: { data.shards: 1 }
            grid: { model.hidden: [[4], [8]], optimizer.momentum: [0, 0.9] }
            variants:
              <plain> & "bare": { schedule.kind: constant }
              adam: { optimizer.kind: adam, optimizer.momentum: 0, learning_rates: [0.001, 0.01] }
            search_beyond: 0
            seeds: 2
            target: null
            budget: { epochs: 2 }
            sharpness_examples: 100
            """),
        threads: 2));

    [SkippableFact]
    public async Task A_study_of_noise_is_drawn_whole()
    {
        _studies.Write("");
        RunConfig config = ConfigReader.Load(Path.Combine(_studies.Directory, "run.yaml")).Config;
        await DrawnWhole(NoiseStudy.OfConfig(config, DatasetLoader.Load(config, static _ => { }), new NoiseOptions
        {
            Points = 5,
            HessianExamples = 100,
            Directions = 4,
            SmallerBatch = 4,
            Threads = 2,
            Command = "distsgd study noise <run>",
            Stage = static (_, _) => { },
        }));
    }

    private async Task DrawnWhole(StudyResult study)
    {
        Skip.IfNot(ChartLibrary.IsAvailable, "The product was built without the charting library; install Node.js and build again.");
        ReportPage report = StudyPage.Of(study);
        await using BrowserPage page = await browser.OpenAsync(ReportWriter.ToHtml(report));
        await page.DrawnAsync();
        (await page.Page.Locator(".plot[data-drawn]").CountAsync()).ShouldBe(report.Sections.Sum(section => section.Charts.Count));
        page.Complaints.ShouldBeEmpty();
        page.OutsideRequests.ShouldBeEmpty();
        (await page.AccessibilityViolationsAsync()).ShouldBeEmpty();
        (await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
    }
}
