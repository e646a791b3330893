using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Tests.Rules;

namespace DistSgd.Monitoring.Tests.Log;

public sealed class LogTailTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.clef");
    private readonly LogTail _tail;

    public LogTailTests() => _tail = new LogTail(_path);

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Each_reading_gives_what_has_come_since()
    {
        Append(Line(10) + Line(20));
        Steps().ShouldBe([10, 20]);
        Steps().ShouldBeEmpty();
        Append(Line(30));
        Steps().ShouldBe([30]);
        _tail.WasRewritten.ShouldBeFalse();
    }

    [Fact]
    public void A_log_that_is_not_there_yet_has_no_events()
    {
        Steps().ShouldBeEmpty();
        Append(Line(10));
        Steps().ShouldBe([10]);
        new LogTail(Path.Combine(_path, "run.clef")).ReadNew().ShouldBeEmpty();
    }

    [Fact]
    public void A_line_counts_once_it_is_whole_wherever_the_writer_paused()
    {
        string text = Line(10) + Line(20);
        for (int cut = 0; cut <= text.Length; cut++)
        {
            File.WriteAllText(_path, text[..cut]);
            var tail = new LogTail(_path);
            long?[] first = [.. tail.ReadNew().Select(e => e.Position)];
            Append(text[cut..]);
            first.Concat(tail.ReadNew().Select(e => e.Position)).ShouldBe([10, 20]);
            tail.Problems.ShouldBeEmpty();
            tail.WasRewritten.ShouldBeFalse();
        }
    }

    [Fact]
    public void A_log_that_was_cut_is_read_from_its_start()
    {
        Append(Line(10) + Line(20));
        Steps().ShouldBe([10, 20]);
        File.WriteAllText(_path, Line(10));
        Steps().ShouldBe([10]);
        _tail.WasRewritten.ShouldBeTrue();
        Steps().ShouldBeEmpty();
        _tail.WasRewritten.ShouldBeFalse();
    }

    [Fact]
    public void A_log_written_anew_is_told_from_one_that_grew_even_if_it_is_longer()
    {
        Append(Line(10));
        Steps().ShouldBe([10]);
        File.Delete(_path);
        Steps().ShouldBeEmpty();
        DateTimeOffset later = SampleRun.Step(10).Time.AddTicks(1);
        Append(EventJson.Write(SampleRun.Step(10) with { Time = later }) + "\n" + Line(20));
        Steps().ShouldBe([10, 20]);
        _tail.WasRewritten.ShouldBeTrue();
    }

    [Fact]
    public void What_is_there_can_be_passed_over()
    {
        string next = Line(30);
        Append(Line(10) + Line(20) + next[..20]);
        _tail.SkipExisting();
        Steps().ShouldBeEmpty();
        Append(next[20..]);
        Steps().ShouldBe([30]);
    }

    [Fact]
    public void Garbage_is_reported_with_its_line_and_the_rest_is_read()
    {
        Append(Line(10));
        Steps().ShouldBe([10]);
        Append("garbage\n\n{\"Event\":\"unknown\"}\n" + Line(20));
        Steps().ShouldBe([20]);
        _tail.Problems.ShouldHaveSingleItem().ToString().ShouldStartWith($"{_path}:2: not an event: ");
    }

    [Fact]
    public void A_line_longer_than_any_event_does_not_stop_the_reading()
    {
        Append(new string('x', 40 * 1024 * 1024) + "\n" + Line(10));
        Steps().ShouldBe([10]);
        Append(Line(20));
        Steps().ShouldBe([20]);
        _tail.Problems.ShouldNotBeEmpty();
    }

    [Fact]
    public void Events_that_were_not_taken_come_again()
    {
        Append(Line(10) + Line(20));
        _tail.ReadNew().First().Position.ShouldBe(10);
        Steps().ShouldBe([20]);
    }

    private static string Line(long step) => EventJson.Write(SampleRun.Step(step)) + "\n";

    private long?[] Steps() => [.. _tail.ReadNew().Select(e => e.Position)];

    private void Append(string text) => File.AppendAllText(_path, text);
}
