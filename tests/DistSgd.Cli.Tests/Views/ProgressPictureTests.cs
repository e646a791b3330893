using DistSgd.Cli.Views;
using DistSgd.Monitoring.Events;
using Spectre.Console;

namespace DistSgd.Cli.Tests.Views;

public class ProgressPictureTests
{
    private const int TotalEpochs = 10;

    public static TheoryData<int> Widths() => [.. Enumerable.Range(1, 130)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void No_line_exceeds_the_width_whatever_the_numbers_are(int width)
    {
        StepWindow[] windows = [Events.Window(20), Events.Window(990, -1.234e-100, 1e12, seconds: 1e5), Events.Window(10, double.NaN)];
        foreach (StepWindow window in windows)
        {
            string[] lines = Draw(width, window);
            lines.Length.ShouldBe(4);
            lines.ShouldAllBe(line => line.Length <= width);
        }
    }

    [Fact]
    public void At_80_columns_everything_has_its_place()
    {
        Draw(79, Events.Window(270), Events.Evaluated(200)).ShouldBe(
        [
            "epoch  3/10  step  270/1000  ━━━·········   27 %     0:01 elapsed     0:02 left",
            "loss        accuracy    learning rate  gradient norm  samples/s",
            "0.5         90.00 %     0.1            1              123,456",
            "no alerts    validation: loss 0.08538, accuracy 97.34 %",
        ]);
    }

    [Theory]
    [InlineData(59, "epoch  3/10  step  270/1000  ━━·······   27 %     0:02 left", "loss        accuracy    gradient norm  samples/s")]
    [InlineData(39, "step  270/1000  ━━━━············   27 %", "loss        accuracy    gradient norm")]
    [InlineData(29, "step  270/1000  ━·····   27 %", "loss        accuracy")]
    public void Where_there_is_less_room_the_bar_shrinks_and_columns_go(int width, string bar, string labels)
    {
        string[] lines = Draw(width, Events.Window(270));
        lines[0].ShouldBe(bar);
        lines[1].ShouldBe(labels);
    }

    [Theory]
    [InlineData(109)]
    [InlineData(79)]
    [InlineData(39)]
    public void Columns_do_not_move_with_the_width_of_a_number(int width)
    {
        string[] narrow = Draw(width, Events.Window(10, loss: 1, samplesPerSecond: 5));
        string[] wide = Draw(width, Events.Window(1000, loss: 1.234e-30, samplesPerSecond: 123_456_789, seconds: 7200));
        narrow[1].ShouldBe(wide[1]);
        wide[2].IndexOf("90.00 %", StringComparison.Ordinal).ShouldBe(narrow[2].IndexOf("90.00 %", StringComparison.Ordinal));
        wide[0].IndexOf('━').ShouldBe(narrow[0].IndexOf('·'));
        wide[0].IndexOf('%').ShouldBe(narrow[0].IndexOf('%'));
    }

    [Fact]
    public void What_is_done_differs_from_what_is_not_without_colour()
    {
        Draw(109, Events.Window(230))[0].Count(c => c == '━').ShouldBe(9);
        Draw(109, Events.Window(230))[0].Count(c => c == '·').ShouldBe(31);
        Draw(109, Events.Window(970))[0].Count(c => c == '━').ShouldBe(38);
        var ascii = new ProgressPicture(1000, TotalEpochs);
        ascii.Take(Events.Window(500));
        ascii.Draw(109, unicode: false).ShouldAllBe(line => Text(line).All(char.IsAscii));
    }

    [Fact]
    public void Time_left_of_a_resumed_run_counts_its_own_steps_alone() =>
        Draw(109, Events.Resumed(900), Events.Window(950, seconds: 10))[0].ShouldEndWith("0:10 elapsed     0:10 left");

    [Fact]
    public void Raised_alerts_are_counted() => Draw(79, Events.Window(10), Events.Raised(0), Events.Raised(1))[3].ShouldStartWith("2 alerts");

    [Fact]
    public void Where_nobody_is_left_to_work_the_display_says_so()
    {
        TrainingEvent[] alone =
        [
            Events.Member("a", MembershipChanges.Joined, [0, 1]), Events.Member("b", MembershipChanges.Joined, [2, 3]), Events.Window(270),
            Events.Member("a", MembershipChanges.Lost, [0, 1]), Events.Member("b", MembershipChanges.Left, [2, 3]),
        ];
        Draw(79, alone)[^1].ShouldBe("waiting for workers  no alerts    no evaluation yet");
        Draw(79, [.. alone, Events.Member("c", MembershipChanges.Joined, [0, 1, 2, 3])])[^1].ShouldBe("no alerts    no evaluation yet");
        Draw(79, [.. alone[..3], Events.Resumed(200)])[^1].ShouldStartWith("waiting for workers");
        Draw(12, alone).ShouldAllBe(line => line.Length <= 12);
    }

    private static string[] Draw(int width, params TrainingEvent[] events)
    {
        var picture = new ProgressPicture(1000, TotalEpochs);
        picture.Take(Events.Resumed(0));
        foreach (TrainingEvent trainingEvent in events)
        {
            picture.Take(trainingEvent);
        }

        return [.. picture.Draw(width, unicode: true).Select(Text)];
    }

    private static string Text(StyledLine line)
    {
        var terminal = new FakeTerminal(200);
        terminal.Open().Write(line.Text);
        return terminal.Screen.Rows is [string row] ? row : "";
    }
}
