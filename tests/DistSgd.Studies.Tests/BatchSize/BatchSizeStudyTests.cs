using DistSgd.Reports;
using DistSgd.Studies.Tests.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.Tests.BatchSize;

public sealed class BatchSizeStudyTests : IDisposable
{
    private const string Scaling = """
        run: run.yaml
        name: scaling
        grid: { training.batch_size: [2, 8, 32, 128, 600] }
        learning_rates: [0.1, 0.4]
        search_beyond: 1
        seeds: 2
        target: { accuracy: 0.9, every: 50 }
        budget: { epochs: 60, steps: 2000 }
        sharpness_examples: 100
        """;

    private readonly SmallStudies _studies = new();

    public void Dispose() => _studies.Dispose();

    [Fact]
    public void Neither_threads_nor_an_interruption_changes_a_number()
    {
        StudyFile file = _studies.Load(Scaling);
        StudyResult alone = _studies.Carry(file, "alone");
        StudyResult together = _studies.Carry(file, "together", threads: 3);
        SmallStudies.Numbers(together).ShouldBe(SmallStudies.Numbers(alone));

        using var stop = new CancellationTokenSource();
        Should.Throw<OperationCanceledException>(() => _studies.Carry(
            file,
            "cut",
            threads: 2,
            progress =>
            {
                if (progress.Done == 7)
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        int repeated = 0;
        StudyResult resumed = _studies.Carry(file, "cut", threads: 2, progress => repeated = repeated == 0 ? progress.Done : repeated);
        repeated.ShouldBeGreaterThanOrEqualTo(7); // trials that have results are not run again
        SmallStudies.Numbers(resumed).ShouldBe(SmallStudies.Numbers(alone));
    }

    [Fact]
    public void A_grid_of_batches_gives_law_regimes_rules_and_readings()
    {
        StudyResult study = _studies.Carry(_studies.Load(Scaling), threads: 2);
        study.Summary.ShouldContain("B_crit is ");
        study.Tables.Single(table => table.Name == "scaling").Rows.Select(row => row[1]).Take(6).ShouldBe(
            ["S_min", "E_min", "B_crit", "relative error", "B_simple", "mean of ratios"]);
        StudyTable groups = study.Tables.Single(table => table.Name == "groups");
        groups.Rows.Count.ShouldBe(5);
        groups.Columns.ShouldContain("regime");
        string[] titles = [.. study.Sections.Select(section => section.Title)];
        foreach (string title in new[] { "Steps against batch size", "Examples against steps", "Noise scale over training", "Gradient quality", "End points", "Best learning rate" })
        {
            titles.ShouldContain(title);
        }

        study.Sections.ShouldAllBe(section => section.Reading.Length > 30);
        study.Tables.Single(table => table.Name == "trials").Rows.Count.ShouldBe(10);
    }

    [Fact]
    public void A_target_that_nobody_reaches_is_said_and_nothing_is_fitted()
    {
        StudyResult study = _studies.Carry(_studies.Load("""
            run: run.yaml
            grid: { training.batch_size: [10, 20, 40, 80, 160] }
            seeds: 1
            target: { loss: 0.000001 }
            budget: { epochs: 2 }
            """));
        study.Summary.ShouldContain("0 of 5 groups reached a validation loss of 1E-06.");
        study.Summary.ShouldContain("0 batch sizes reached the target, and a law needs 4: nothing is fitted.");
        study.Sections.ShouldNotContain(section => section.Title.StartsWith("Steps against", StringComparison.Ordinal));
        study.Sections.ShouldNotContain(section => section.Title.StartsWith("Examples against", StringComparison.Ordinal));
        study.Tables.ShouldNotContain(table => table.Name == "scaling" && table.Rows.Any(row => (string)row[1]! == "B_crit"));
        study.Tables.Single(table => table.Name == "groups").Columns.ShouldNotContain("steps");
    }

    [Theory]
    [InlineData(1500, 1500)] // between the looks, which are 1,000 steps apart
    [InlineData(999_999, 3 * 600)] // the epochs end first
    public void A_budget_of_steps_is_kept_to_the_step(int budget, int steps)
    {
        StudyResult study = _studies.Carry(_studies.Load($$"""
            run: run.yaml
            set: { training.batch_size: 1 }
            target: { loss: 1.0e-9, every: 1000 }
            budget: { epochs: 3, steps: {{budget}} }
            seeds: 1
            """));
        Cell(study, "steps").ShouldBe((long)steps);
        Cell(study, "examples").ShouldBe((long)steps);
    }

    [Fact]
    public void A_trial_may_go_on_past_its_target()
    {
        const string Study = "run: run.yaml\nseeds: 1\ntarget: { accuracy: 0.6, every: 40, stop: STOP }\nbudget: { epochs: 10 }\n";
        StudyResult on = _studies.Carry(_studies.Load(Study.Replace("STOP", "false", StringComparison.Ordinal)), "on");
        StudyResult stopped = _studies.Carry(_studies.Load(Study.Replace("STOP", "true", StringComparison.Ordinal)), "stopped");
        Cell(on, "steps").ShouldBe(300L);
        Cell(stopped, "target_step").ShouldBe(Cell(on, "target_step"));
        long target = (long)Cell(on, "target_step")!;
        ((long)Cell(stopped, "steps")!).ShouldBeInRange(target, target + 1); // one step is under way
        target.ShouldBeLessThan(100);
    }

    [Theory]
    [InlineData("{ optimizer.learning_rate: [0.1, 0.2] }", "optimizer.learning_rate, learning_rate")]
    [InlineData("{ optimizer.kind: [sgd, adam], schedule.kind: [constant, cosine] }", "optimizer.kind, schedule.kind, learning_rate")]
    [InlineData("{ model.hidden: [[4], [8]] }", "hidden, learning_rate")]
    public void Columns_of_the_axes_are_told_from_all_others(string grid, string columns)
    {
        StudyResult study = _studies.Carry(_studies.Load($"run: run.yaml\ngrid: {grid}\nseeds: 1\nbudget: {{ epochs: 1 }}\n"));
        study.Tables.Single(table => table.Name == "groups").Columns.Take(columns.Split(", ").Length).ShouldBe(columns.Split(", "));
        study.Tables.ShouldAllBe(table => table.Columns.Distinct().Count() == table.Columns.Count);
        SmallStudies.Numbers(study).ShouldContain("end_points");
    }

    [Fact]
    public void Trials_of_bounded_staleness_are_the_same_again()
    {
        StudyFile file = _studies.Load("""
            run: run.yaml
            set: { cluster.workers: 4, cluster.mode: ssp, training.batch_size: 4 }
            grid: { cluster.staleness: [0, 2] }
            learning_rates: [0.02, 0.05]
            search_beyond: 0
            seeds: 2
            target: { accuracy: 0.85, every: 100 }
            budget: { epochs: 20 }
            simulated: true
            slowest_worker: 4
            """);
        StudyResult study = _studies.Carry(file, "first", threads: 2);
        StudyTable groups = study.Tables.Single(table => table.Name == "groups");
        int seconds = groups.Columns.ToList().IndexOf("virtual_seconds");
        groups.Rows.ShouldAllBe(row => (double)row[seconds]! > 0);
        groups.Columns.ShouldContain("cluster.staleness"); // beside the staleness that was measured
        groups.Columns.ShouldContain("staleness");
        SmallStudies.Numbers(_studies.Carry(file, "second", threads: 1)).ShouldBe(SmallStudies.Numbers(study));
    }

    [Fact]
    public void Where_every_trial_diverges_the_report_says_so()
    {
        StudyResult study = _studies.Carry(_studies.Load("""
            run: run.yaml
            set: { clip: null }
            grid: { training.batch_size: [10, 20, 40, 80] }
            learning_rates: [1.0e+20, 1.0e+21]
            search_beyond: 1
            seeds: 2
            """));
        study.Summary.ShouldContain("EVERY trial diverged: lower the learning rates.");
        study.Tables.Single(table => table.Name == "trials").Rows.ShouldBeEmpty();
        ReportWriter.ToHtml(DistSgd.Studies.Output.StudyPage.Of(study)).Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public void Steps_of_one_slice_have_no_noise_scale()
    {
        StudyResult study = _studies.Carry(_studies.Load("run: run.yaml\nset: { data.shards: 1 }\nseeds: 1\nbudget: { epochs: 3 }\n"));
        ReportSection noise = study.Sections.Single(section => section.Title == "Noise scale over training");
        noise.Reading.ShouldBe("The noise scale needs steps of two slices or more; no trial had them.");
        noise.Charts.ShouldBeEmpty();
        study.Tables.Single(table => table.Name == "end_points").Columns.ShouldNotContain("noise_scale");
    }

    [Fact]
    public void Simulated_trials_have_virtual_time_and_staleness_and_are_the_same_again()
    {
        StudyFile file = _studies.Load("""
            run: run.yaml
            set: { cluster.workers: 4 }
            variants: { sync: { cluster.mode: sync }, async: { cluster.mode: async, learning_rates: [0.025] } }
            seeds: 2
            target: { accuracy: 0.85, every: 100 }
            budget: { epochs: 20 }
            simulated: true
            slowest_worker: 4
            """);
        StudyResult study = _studies.Carry(file, "first", threads: 2);
        StudyTable groups = study.Tables.Single(table => table.Name == "groups");
        int seconds = groups.Columns.ToList().IndexOf("virtual_seconds"), staleness = groups.Columns.ToList().IndexOf("staleness");
        ((double)groups.Rows[0][seconds]!).ShouldBeGreaterThan((double)groups.Rows[1][seconds]!); // sync waits for the slow one
        groups.Rows[0][staleness].ShouldBeNull();
        ((double)groups.Rows[1][staleness]!).ShouldBeGreaterThan(0.5);
        SmallStudies.Numbers(_studies.Carry(file, "second")).ShouldBe(SmallStudies.Numbers(study));
    }

    /// <summary>A number of the only trial.</summary>
    private static object? Cell(StudyResult study, string column)
    {
        StudyTable trials = study.Tables.Single(table => table.Name == "trials");
        return trials.Rows.Single()[trials.Columns.ToList().IndexOf(column)];
    }
}
