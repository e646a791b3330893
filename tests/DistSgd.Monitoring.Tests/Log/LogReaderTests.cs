using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Tests.Rules;

namespace DistSgd.Monitoring.Tests.Log;

public sealed class LogReaderTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.clef");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Events_come_in_the_order_of_the_file()
    {
        TrainingEvent[] events = [SampleRun.Started(4, 3, 2), SampleRun.Step(10), SampleRun.Layer(0, 10), SampleRun.Layer(1, 10)];
        WriteLines(events.Select(EventJson.Write));

        RunLog log = RunLog.Read(_path);

        log.Events.Select(EventJson.Write).ShouldBe(events.Select(EventJson.Write));
        log.Problems.ShouldBeEmpty();
        log.EndsMidLine.ShouldBeFalse();
    }

    [Fact]
    public void A_last_line_cut_off_at_any_place_costs_that_line_only()
    {
        string whole = EventJson.Write(SampleRun.Step(10));
        string last = EventJson.Write(SampleRun.Step(20));
        for (int length = 1; length < last.Length; length++)
        {
            File.WriteAllText(_path, $"{whole}\n{last[..length]}");

            RunLog log = RunLog.Read(_path);

            log.Events.Select(e => e.Position).ShouldBe([10]);
            log.EndsMidLine.ShouldBeTrue();
            log.Problems.ShouldBeEmpty();
        }
    }

    [Fact]
    public void A_last_line_without_line_break_is_an_event()
    {
        File.WriteAllText(_path, EventJson.Write(SampleRun.Step(10)));

        RunLog log = RunLog.Read(_path);

        log.Events.Select(e => e.Position).ShouldBe([10]);
        log.EndsMidLine.ShouldBeFalse();
    }

    [Fact]
    public void Garbage_is_reported_with_file_and_line_and_the_rest_is_read()
    {
        WriteLines(
        [
            EventJson.Write(SampleRun.Step(10)),
            "",
            "garbage \0\u0001",
            EventJson.Write(SampleRun.Step(20)) + "\r",
            "{\"Event\":\"step\"}",
        ]);

        RunLog log = RunLog.Read(_path);

        log.Events.Select(e => e.Position).ShouldBe([10, 20]);
        log.Problems.Select(problem => (problem.File, problem.Line)).ShouldBe([(_path, 3), (_path, 5)]);
        log.Problems[0].ToString().ShouldStartWith($"{_path}:3: not an event: 'g' is an invalid start of a value.");
        log.Problems[1].Text.ShouldContain("missing required properties");
    }

    [Fact]
    public void A_log_of_a_newer_schema_is_read_with_a_warning()
    {
        WriteLines([EventJson.Write(SampleRun.Started(4, 2) with { SchemaVersion = 2 }), EventJson.Write(SampleRun.Step(10))]);

        RunLog log = RunLog.Read(_path);

        log.Events.Count.ShouldBe(2);
        log.Problems.ShouldBe([new LogProblem(_path, 1,
            "schema version 2 is newer than 1, the newest this program knows; events may be misread, use a newer program")]);
    }

    [Fact]
    public void A_resumed_run_takes_back_what_lies_beyond_the_checkpoint()
    {
        WriteEvents(
            SampleRun.Started(4, 2), SampleRun.Step(10), SampleRun.Layer(0, 10), SampleRun.Checkpoint(15),
            SampleRun.Step(20), SampleRun.Layer(0, 20), SampleRun.Evaluation(20), SampleRun.NonFinite(17, "w1", 0),
            SampleRun.Alert(step: 12, seenAtStep: 20), SampleRun.Checkpoint(20),
            SampleRun.Finished(15), SampleRun.Resumed(15), SampleRun.Step(20), SampleRun.Finished(20));

        Kept().ShouldBe(["run_started", "step 10", "layer 10", "checkpoint 15", "run_resumed 15", "step 20", "run_finished 20"]);
    }

    [Fact]
    public void A_later_resumption_from_an_earlier_checkpoint_takes_back_the_first_one_too()
    {
        WriteEvents(
            SampleRun.Step(10), SampleRun.Step(20), SampleRun.Resumed(20), SampleRun.Step(30), SampleRun.Resumed(10), SampleRun.Step(20),
            SampleRun.Resumed(20), SampleRun.Step(30));

        Kept().ShouldBe(["step 10", "run_resumed 10", "step 20", "run_resumed 20", "step 30"]);
    }

    [Fact]
    public void Of_two_runs_in_one_file_the_last_is_read_and_the_reader_says_so()
    {
        WriteLines(((TrainingEvent[])[
            SampleRun.Started(4, 3, 2), SampleRun.Step(10), SampleRun.Resumed(10), SampleRun.Step(500), SampleRun.Started(4, 2), SampleRun.Step(10), SampleRun.Step(20),
        ]).Select(EventJson.Write));

        RunLog log = RunLog.Read(_path);

        log.Events.Select(e => e.Position).ShouldBe([null, 10, 20]);
        log.Problems.ShouldHaveSingleItem().ToString().ShouldBe($"{_path}:5: another run starts here; the events of the one before it are left out");
    }

    [Fact]
    public void A_log_longer_than_the_buffer_is_read_whole()
    {
        const int Count = 5000;
        WriteLines(Enumerable.Range(1, Count).Select(step => EventJson.Write(SampleRun.Step(step))));
        new FileInfo(_path).Length.ShouldBeGreaterThan(2 * 1024 * 1024);

        RunLog.Read(_path).Events.Select(e => e.Position!.Value).ShouldBe(Enumerable.Range(1, Count).Select(step => (long)step));
    }

    [Fact]
    public void An_endless_line_is_reported_and_the_rest_is_read()
    {
        File.WriteAllText(_path, new string('x', 17 * 1024 * 1024) + "\n" + EventJson.Write(SampleRun.Step(10)) + "\n");

        RunLog log = RunLog.Read(_path);

        log.Events.Count.ShouldBe(1);
        log.Problems.ShouldNotBeEmpty();
    }

    [Fact]
    public void An_empty_log_has_no_events()
    {
        File.WriteAllText(_path, "");

        RunLog.Read(_path).ShouldSatisfyAllConditions(log => log.Events.ShouldBeEmpty(), log => log.Problems.ShouldBeEmpty());
    }

    [Fact]
    public void A_log_can_be_read_while_it_is_written()
    {
        using var writer = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.Read);
        writer.Write(System.Text.Encoding.UTF8.GetBytes(EventJson.Write(SampleRun.Step(10)) + "\n"));
        writer.Flush();

        RunLog.Read(_path).Events.Count.ShouldBe(1);
    }

    [Fact]
    public void A_missing_log_is_named() =>
        Should.Throw<FileNotFoundException>(() => RunLog.Read(_path)).Message.ShouldContain(_path);

    private IEnumerable<string> Kept() => RunLog.Read(_path).Events.Select(e => $"{e.Event} {e.Position}".TrimEnd());

    private void WriteEvents(params TrainingEvent[] events) => WriteLines(events.Select(EventJson.Write));

    private void WriteLines(IEnumerable<string> lines) => File.WriteAllText(_path, string.Concat(lines.Select(line => line + "\n")));
}
