using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.RunReports;
using DistSgd.Testing.Browsers;

namespace DistSgd.Studies.Tests.RunReports;

/// <summary>Reports of runs, from events drawn by hand.</summary>
public sealed class RunReportTests(Browser browser) : IClassFixture<Browser>
{
    private const string Hostile = "</script><script>window.harmed=1</script><img src=x onerror=window.harmed=1>";

    [Fact]
    public void The_numbers_are_those_of_the_last_event()
    {
        ReportPage page = Page(Events());
        IReadOnlyList<IReadOnlyList<string>> rows = page.Sections[0].Tables.Single().Rows;
        string Value(string name) => rows.Single(row => row[0] == name)[1];
        Value("outcome").ShouldBe("completed");
        Value("steps").ShouldBe("400");
        Value("test accuracy").ShouldBe("97.81 %");
        Value("test loss").ShouldBe("0.07");
        Value("alerts").ShouldBe("vanishing_gradient × 1");
        Value("parameters sha256").ShouldBe("abc");
        page.Summary.ShouldBe("The run completed after 400 steps in 1.5 s, with a test accuracy of 97.81 %. The monitor raised 1 alert: vanishing_gradient.");
    }

    [Fact]
    public void Alerts_stand_on_every_chart_over_the_steps()
    {
        ReportPage page = Page(Events());
        page.Sections[1].Reading.ShouldStartWith("The monitor raised vanishing_gradient at step 200: too small. Most likely: depth. What to try: fewer layers.");
        IReadOnlyList<Chart> charts = [.. page.Sections.SelectMany(section => section.Charts)];
        charts.Count.ShouldBe(15);
        charts.ShouldAllBe(chart => chart.Moments.Count == 2 && chart.Moments[0].X == 200 && chart.Moments[1].Text.StartsWith("skip_slice"));
        IReadOnlyList<string> row = page.Sections[1].Tables.Single().Rows[1];
        row[4].ShouldBe("worker-1, shard 2, examples 3, 1, 4");
    }

    [Fact]
    public void Activations_and_the_phases_of_a_step_are_read_out()
    {
        ReportPage page = Page(Events());
        page.Sections.Single(section => section.Title == "Activations").Reading.ShouldStartWith("At the end 25.00 % of the units of the hidden layer passed no gradient");
        page.Sections.Single(section => section.Title == "Noise").Reading.ShouldBe(
            "At the end the noise scale was 500 examples (95 % interval 450 to 600). The batch of 10 is far below it: a larger batch would take fewer steps.");
        page.Sections.Single(section => section.Title == "Workers").Reading.ShouldEndWith(
            "At the end a step took 1 ms, of which the mean worker computed 0.4 ms, exchanged 0.15 ms and waited 0.45 ms.");
    }

    [Fact]
    public void The_noise_is_compared_with_the_batch_that_has_grown()
    {
        ReportPage page = Page([.. Events().Select(one => one switch
        {
            RunStarted started => started with { EpochsTotal = 6 },
            StepWindow { Step: >= 300 } window => window with { Examples = 640 * window.Count },
            _ => one,
        })]);
        page.Sections.Single(section => section.Title == "Noise").Reading.ShouldEndWith("The batch of 640 is close to it.");
        page.Sections.SelectMany(section => section.Tables).Single(table => table.Title == "Run").Rows.Single(row => row[0] == "batch")[1]
            .ShouldBe("10 examples and 100 steps in the first epoch, then growing (training.batch_growth)");
    }

    [Fact]
    public void A_log_that_ends_early_says_so()
    {
        Page([.. Events().TakeWhile(one => one is not Evaluation)]).Summary.ShouldStartWith("The log ends at step 400 of 400, before the end of the run.");
        Page([.. Events().Select(one => one is RunFinished finished ? finished with { Outcome = RunOutcomes.Interrupted, Reason = "SIGTERM" } : one)])
            .Summary.ShouldStartWith("The run was interrupted (SIGTERM) after 400 steps");
        Page([Started()]).Summary.ShouldStartWith("The log ends before the first steps.");
    }

    [SkippableTheory]
    [InlineData(false, 1280)]
    [InlineData(true, 1280)]
    [InlineData(false, 390)]
    public async Task It_is_drawn_whole_in_a_browser(bool isDark, int width)
    {
        Skip.IfNot(ChartLibrary.IsAvailable, "The product was built without the charting library; install Node.js and build again.");
        ReportPage report = Page(Events());
        await using BrowserPage page = await browser.OpenAsync(ReportWriter.ToHtml(report), new BrowserView { IsDark = isDark, Width = width });
        await page.DrawnAsync();
        (await page.Page.Locator(".plot[data-drawn]").CountAsync()).ShouldBe(report.Sections.Sum(section => section.Charts.Count));
        page.Complaints.ShouldBeEmpty();
        page.OutsideRequests.ShouldBeEmpty();
        (await page.AccessibilityViolationsAsync()).ShouldBeEmpty();
        (await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Hostile_texts_of_a_log_stay_texts()
    {
        Skip.IfNot(ChartLibrary.IsAvailable, "The product was built without the charting library; install Node.js and build again.");
        TrainingEvent[] events = [.. Events().Select(one => one switch
        {
            RunStarted started => started with { Run = Hostile, Processor = Hostile, Config = new System.Text.Json.Nodes.JsonObject { [Hostile] = Hostile } },
            Membership membership => membership with { Worker = Hostile, Reason = Hostile },
            WorkerWindow worker => worker with { Worker = Hostile },
            Alert alert => alert with { Message = Hostile, Advice = Hostile, Worker = Hostile },
            TrainingAction action => action with { Detail = Hostile, Worker = Hostile },
            RunFinished finished => finished with { Reason = Hostile },
            _ => one,
        })];
        await using BrowserPage page = await browser.OpenAsync(ReportWriter.ToHtml(Page(events)));
        await page.DrawnAsync();
        (await page.Page.EvaluateAsync<bool>("'harmed' in window")).ShouldBeFalse();
        (await page.Page.Locator("img, iframe").CountAsync()).ShouldBe(0);
        page.Complaints.ShouldBeEmpty();
    }

    private static ReportPage Page(IReadOnlyList<TrainingEvent> events) =>
        RunReport.Of(RunHistory.Of(events), [.. events.OfType<Alert>()], "sample", "distsgd report runs/sample");

    private static RunStarted Started() => new()
    {
        Time = At(0),
        Run = "sample",
        RunId = "1",
        Seed = 1,
        Term = 1,
        Config = new System.Text.Json.Nodes.JsonObject { ["optimizer"] = new System.Text.Json.Nodes.JsonObject { ["kind"] = "sgd" } },
        ConfigDigest = "c",
        DataSha256 = "d",
        Shards = 4,
        Workers = 2,
        Parameters = 100,
        LayerWidths = [8, 4, 2],
        TrainingExamples = 1000,
        ValidationExamples = 100,
        TestExamples = 100,
        StepsTotal = 400,
        StepsPerEpoch = 100,
        BatchSize = 10,
        Processor = "cpu",
        Cores = 2,
        OperatingSystem = "Linux",
        Runtime = ".NET",
        VectorBits = 256,
        ProductVersion = "0",
    };

    private static List<TrainingEvent> Events()
    {
        var events = new List<TrainingEvent>
        {
            Started(),
            new Membership { Time = At(0), Worker = "worker-0", Change = MembershipChanges.Joined, Shards = [0, 1] },
            new Membership { Time = At(0), Worker = "worker-1", Change = MembershipChanges.Joined, Shards = [2, 3] },
        };
        for (int step = 10; step <= 400; step += 10)
        {
            events.Add(new StepWindow
            {
                Time = At(step),
                Step = step,
                Epoch = 1,
                FirstStep = step - 9,
                Count = 10,
                Skipped = 0,
                Examples = 100,
                LossMean = 2 * Math.Exp(-step / 100.0),
                LossMin = 0.1,
                LossMax = 3,
                Accuracy = 0.9,
                GradientNormMean = 1,
                GradientNormMin = 0.5,
                GradientNormMax = 2,
                LearningRate = 0.1,
                Momentum = 0.9,
                Clipped = 0,
                Staleness = [20, 20],
                ReduceSeconds = 4e-5,
                UpdateSeconds = 3e-5,
                Seconds = 0.01,
                SamplesPerSecond = 10000 + step,
            });
            events.AddRange(Enumerable.Range(0, 2).Select(layer => new LayerWindow
            {
                Time = At(step),
                Layer = layer,
                Step = step,
                Epoch = 1,
                FirstStep = step - 9,
                Count = 10,
                WeightGradientNormMean = (layer + 1) * 0.1,
                WeightGradientNormMax = 0.3,
                BiasGradientNormMean = 0.1,
                GradientMeanMagnitude = 0.01,
                WeightNorm = 5,
                UpdateNorm = 0.005,
            }));
            events.AddRange(Enumerable.Range(0, 2).Select(worker => new WorkerWindow
            {
                Time = At(step),
                Worker = $"worker-{worker}",
                Step = step,
                Epoch = 1,
                Count = 10,
                ResponseSecondsMean = 5e-4 + (worker * 1e-4),
                ResponseSecondsMax = 1e-3,
                ComputeSecondsMean = 4e-4,
            }));
            events.Add(new NoiseScaleMeasurement
            {
                Time = At(step),
                Step = step,
                Epoch = 1,
                CovarianceTrace = 80,
                SquaredGradientNorm = 80.0 / (100 + step),
                NoiseScale = 100 + step,
                Low = step < 100 ? 0 : 50 + step,
                High = step < 100 ? double.PositiveInfinity : 200 + step,
            });
            events.AddRange(Enumerable.Range(0, step % 100 == 0 ? 2 : 0).Select(layer => new ActivationMeasurement
            {
                Time = At(step),
                Layer = layer,
                Step = step,
                Epoch = 1,
                Examples = 256,
                Units = 4,
                PreActivationMean = 0,
                PreActivationVariance = 0.5 + layer,
                InactiveUnits = layer == 0 ? 1 : null,
            }));
        }

        events.Add(new Alert
        {
            Time = At(200),
            Rule = "vanishing_gradient",
            Severity = AlertSeverities.Warning,
            State = AlertStates.Raised,
            Step = 200,
            SeenAtStep = 200,
            Epoch = 1,
            Layer = 0,
            Message = "too small",
            LikelyCause = "depth",
            Advice = "fewer layers",
        });
        events.Add(new TrainingAction { Time = At(300), Action = TrainingActions.SkipSlice, Reason = ActionReasons.NonFiniteGradient, Step = 300, Epoch = 1, Worker = "worker-1", Shard = 2, Examples = [3, 1, 4] });
        events.AddRange(((string[])[DataSplits.Validation, DataSplits.Test]).Select(split => new Evaluation { Time = At(400), Step = 400, Epoch = 1, Split = split, Loss = 0.08, Accuracy = 0.97, Examples = 100 }));
        events.Add(new RunFinished
        {
            Time = At(400),
            Step = 400,
            Epoch = 1,
            Outcome = RunOutcomes.Completed,
            Seconds = 1.5,
            TestLoss = 0.07,
            TestAccuracy = 0.9781,
            ParametersSha256 = "abc",
            AlertsByRule = new Dictionary<string, int>(),
        });
        return events;
    }

    private static DateTimeOffset At(int step) => DateTimeOffset.UnixEpoch.AddMilliseconds(step);
}
