using DistSgd.Cli.Views;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Tests.Views;

public class LiveViewTests
{
    [Fact]
    public void Every_line_stays_and_the_block_goes()
    {
        var terminal = new FakeTerminal(80);
        terminal.Writer.Write("run runs/demo\n");
        using (var view = new LiveView(terminal.Open(), new EventLines(ConsoleLevel.Info, 100), totalSteps: 100, totalEpochs: 10))
        {
            TrainingAction stop = Events.Action(TrainingActions.Stop, 11);
            foreach (TrainingEvent trainingEvent in (TrainingEvent[])[Events.Resumed(5), Events.Window(10), Events.Evaluated(10), Events.Raised(0), stop])
            {
                view.Show(trainingEvent);
                WaitForPaint(terminal);
            }

            string[] during = terminal.Screen.Rows;
            during[^4].ShouldStartWith("epoch  1/10  step  10/100");
            during[^1].ShouldStartWith("1 alert      validation: loss 0.08538, accuracy 97.34 %");
            view.Notice("SIGINT: stopping");
        }

        terminal.Screen.Rows.ShouldBe(
        [
            "run runs/demo",
            "resumed after step 5 from step-5.safetensors",
            "step 10/100: validation: loss 0.08538, accuracy 97.34 %",
            "alert nonfinite raised: NaN or infinity in the loss of shard 0 at step 2",
            "  advice: lower the learning rate",
            "SIGINT: stopping",
            "step 11/100: stopped by the monitor: a loss was not finite",
        ]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_low_terminal_shows_fewer_lines(int height)
    {
        var terminal = new FakeTerminal(80) { Height = height };
        using var view = new LiveView(terminal.Open(), new EventLines(ConsoleLevel.Info, 100), totalSteps: 100, totalEpochs: 10);
        view.Show(Events.Window(10));
        WaitForPaint(terminal);
        terminal.Screen.Rows.Length.ShouldBe(height - 1);
    }

    // Twice, because the first paint may have begun before.
    private static void WaitForPaint(FakeTerminal terminal)
    {
        for (int paint = 0; paint < 2; paint++)
        {
            int length = terminal.Length;
            SpinWait.SpinUntil(() => terminal.Length > length, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        }
    }
}
