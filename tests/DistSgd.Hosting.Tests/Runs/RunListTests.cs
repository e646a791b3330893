using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Learning;

namespace DistSgd.Hosting.Tests.Runs;

public sealed class RunListTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_folder_without_runs_gives_an_empty_list()
    {
        Directory.CreateDirectory(_directory["something else"]);
        _directory.WriteText("file", "");

        RunList.Find(_directory.Path).ShouldBeEmpty();
        RunList.Find(_directory["absent"]).ShouldBeEmpty();
    }

    [Fact]
    public void A_finished_run_shows_its_results()
    {
        AddRun("my-run", RunSummaryTests.Sample);

        RunList.Find(_directory.Path).ShouldHaveSingleItem().ShouldBe(new RunListEntry(
            "größe", _directory["my-run"], RunSummaryTests.Sample.Started, RunState.Finished, RunSummaryTests.Sample.Outcome, 123, 0.975, "ab12", Problem: null));
    }

    [Theory]
    [InlineData("completed", RunState.Finished)]
    [InlineData("early_stopped", RunState.Finished)]
    [InlineData("stopped_by_monitor", RunState.Finished)]
    [InlineData("interrupted", RunState.Interrupted)]
    [InlineData("failed", RunState.Failed)]
    public void The_state_follows_the_outcome(string outcome, RunState state)
    {
        AddRun("run", RunSummaryTests.Sample with { Outcome = outcome });

        RunListEntry run = RunList.Find(_directory.Path).Single();
        run.State.ShouldBe(state);
        run.Outcome.ShouldBe(outcome);
    }

    [Fact]
    public void A_cluster_is_running_while_its_supervisor_is_also_between_two_lives_of_its_server()
    {
        AddRun("run", summary: null);
        using (ClusterDirectory.OpenForResume(_directory["run"]))
        {
            RunList.Find(_directory.Path).Single().State.ShouldBe(RunState.Running);
        }

        RunList.Find(_directory.Path).Single().State.ShouldBe(RunState.Crashed);
    }

    [Fact]
    public void A_run_without_a_summary_has_crashed_at_its_newest_checkpoint()
    {
        AddRun("a-b-20250310T010507Z-2", summary: null);
        _directory.WriteText("a-b-20250310T010507Z-2/checkpoints/step-500.safetensors", "");
        _directory.WriteText("a-b-20250310T010507Z-2/checkpoints/step-1500.safetensors", "");

        RunList.Find(_directory.Path).ShouldHaveSingleItem().ShouldBe(new RunListEntry(
            "a-b",
            _directory["a-b-20250310T010507Z-2"],
            new DateTimeOffset(2025, 3, 10, 1, 5, 7, TimeSpan.Zero),
            RunState.Crashed,
            Outcome: null,
            1500,
            TestAccuracy: null,
            ParametersSha256: null,
            Problem: null));
    }

    [Fact]
    public void A_run_being_continued_is_running_and_its_old_results_do_not_count()
    {
        AddRun("run", RunSummaryTests.Sample with { Outcome = "interrupted" });
        using var writer = RunDirectory.OpenForResume(_directory["run"]);

        RunListEntry entry = RunList.Find(_directory.Path).ShouldHaveSingleItem();

        entry.State.ShouldBe(RunState.Running);
        entry.Outcome.ShouldBeNull();
        entry.Steps.ShouldBeNull();
        entry.TestAccuracy.ShouldBeNull();
    }

    [Fact]
    public void A_run_that_has_written_nothing_yet_is_listed()
    {
        using var starting = RunDirectory.Create(_directory.Path, "new", new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));

        RunList.Find(_directory.Path).ShouldHaveSingleItem().State.ShouldBe(RunState.Running);
    }

    [Fact]
    public void A_damaged_summary_is_told_and_the_other_runs_are_listed()
    {
        AddRun("a-20250101T000000Z", summary: null);
        string summary = _directory.WriteText("a-20250101T000000Z/summary.json", "{");
        AddRun("b", RunSummaryTests.Sample);

        IReadOnlyList<RunListEntry> runs = RunList.Find(_directory.Path);

        runs.Select(run => run.Name).ShouldBe(["a", "größe"]);
        runs[0].Problem.ShouldNotBeNull().ShouldContain(summary);
        runs[1].Problem.ShouldBeNull();
    }

    [Fact]
    public void The_oldest_run_comes_first()
    {
        AddRun("z-20240101T000000Z", summary: null);
        AddRun("a-20250101T000000Z", summary: null);
        AddRun("m-20230101T000000Z", summary: null);

        RunList.Find(_directory.Path).Select(run => run.Name).ShouldBe(["m", "z", "a"]);
    }

    private void AddRun(string directory, RunSummary? summary)
    {
        _directory.WriteText($"{directory}/config.yaml", "name: a");
        summary?.Write(_directory[$"{directory}/summary.json"]);
    }
}
