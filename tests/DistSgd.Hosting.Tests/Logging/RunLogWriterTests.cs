using DistSgd.Hosting.Logging;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Tests.Events;

namespace DistSgd.Hosting.Tests.Logging;

public sealed class RunLogWriterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.clef");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Every_kind_of_event_comes_back_from_the_file_as_it_was_written()
    {
        var random = new Random(5);
        TrainingEvent[] events =
        [
            RandomEvents.Next(random, typeof(RunStarted)),
            .. Enumerable.Range(0, 30).SelectMany(_ => EventSchema.Kinds.Values)
                .Where(kind => kind != typeof(RunResumed) && kind != typeof(RunStarted)) // They would take back the events before them.
                .Select(kind => RandomEvents.Next(random, kind)),
        ];
        using (var writer = new RunLogWriter(_path))
        {
            Array.ForEach(events, writer.Write);
        }

        RunLog log = RunLog.Read(_path);

        log.Events.Count.ShouldBe(events.Length);
        foreach ((TrainingEvent read, TrainingEvent written) in log.Events.Zip(events))
        {
            read.ShouldHaveTheValuesOf(written);
        }
    }

    [Fact]
    public void More_events_than_the_queue_holds_are_all_written_in_order()
    {
        const int Count = 30_000;
        using (var writer = new RunLogWriter(_path))
        {
            for (int i = 1; i <= Count; i++)
            {
                writer.Write(Checkpoint(i));
            }
        }

        RunLog.Read(_path).Events.Select(e => e.Position!.Value).ShouldBe(Enumerable.Range(1, Count).Select(i => (long)i));
    }

    [Fact]
    public void After_a_flush_the_events_are_in_the_file()
    {
        using var writer = new RunLogWriter(_path);
        for (int i = 1; i <= 100; i++)
        {
            writer.Write(Checkpoint(i));
            writer.Flush();

            RunLog.Read(_path).Events.Count.ShouldBe(i);
        }
    }

    [Fact]
    public void A_log_is_appended_to_and_a_line_that_a_crash_left_unfinished_goes()
    {
        File.WriteAllText(_path, EventJson.Write(Checkpoint(1)) + "\n{\"@t\":\"2025-");
        using (var writer = new RunLogWriter(_path))
        {
            writer.Write(Checkpoint(2));
        }

        RunLog log = RunLog.Read(_path);

        log.Events.Select(e => e.Position).ShouldBe([1, 2]);
        log.Problems.ShouldBeEmpty();
        File.ReadLines(_path).Count().ShouldBe(2);
    }

    [Fact]
    public void A_last_event_that_lacks_its_line_break_only_is_kept()
    {
        File.WriteAllText(_path, EventJson.Write(Checkpoint(1)));
        using (var writer = new RunLogWriter(_path))
        {
            writer.Write(Checkpoint(2));
        }

        RunLog.Read(_path).Events.Select(e => e.Position).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_log_that_is_taken_away_is_noticed_at_the_next_flush()
    {
        using var writer = new RunLogWriter(_path);
        writer.Write(Checkpoint(1));
        writer.Flush();
        File.Delete(_path);
        writer.Write(Checkpoint(2));
        Should.Throw<IOException>(writer.Flush).Message.ShouldBe($"{_path}: the log was deleted or moved while the run was writing it");
    }

    [Fact]
    public void A_whole_log_is_appended_to_without_an_empty_line()
    {
        for (int i = 1; i <= 2; i++)
        {
            using var writer = new RunLogWriter(_path);
            writer.Write(Checkpoint(i));
        }

        File.ReadAllLines(_path).Length.ShouldBe(2);
    }

    [Fact]
    public void The_file_is_closed_when_the_writer_is_disposed()
    {
        new RunLogWriter(_path).Dispose();

        using var exclusive = new FileStream(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        exclusive.Length.ShouldBe(0);
    }

    [Fact]
    public void A_disposed_writer_takes_no_more_events_and_can_be_disposed_again()
    {
        var writer = new RunLogWriter(_path);
        writer.Dispose();

        Should.Throw<ObjectDisposedException>(() => writer.Write(Checkpoint(1)));
        Should.NotThrow(writer.Dispose);
        Should.NotThrow(writer.Flush);
    }

    [SkippableFact]
    public void A_full_disk_is_told_to_the_host_and_closing_does_not_throw()
    {
        Skip.IfNot(File.Exists("/dev/full"), "needs the device that is always full");
        var writer = new RunLogWriter("/dev/full");
        writer.Write(Checkpoint(1));

        string message = Should.Throw<IOException>(writer.Flush).Message;

        message.ShouldBe(writer.Error);
        message.ShouldStartWith("/dev/full: the log could not be written: No space left on device");
        Should.Throw<IOException>(() => writer.Write(Checkpoint(2))).Message.ShouldBe(message);
        Should.NotThrow(writer.Dispose);
    }

    [Fact]
    public void A_log_that_cannot_be_opened_is_an_error_of_the_users_that_names_it()
    {
        string path = Path.Combine(_path, "run.clef");

        Should.Throw<InputException>(() => new RunLogWriter(path)).Message.ShouldStartWith($"{path}: the log cannot be opened for writing: ");
    }

    [Fact]
    public void Without_a_failure_there_is_no_error()
    {
        using var writer = new RunLogWriter(_path);
        writer.Write(Checkpoint(1));
        writer.Flush();

        writer.Error.ShouldBeNull();
    }

    private static CheckpointWritten Checkpoint(int step) => new()
    {
        Time = DateTimeOffset.UnixEpoch,
        Step = step,
        File = $"step-{step}.safetensors",
        ParametersSha256 = "ab",
        Bytes = 1,
    };
}
