using DistSgd.Monitoring.Events;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DistSgd.Cli.Views;

/// <summary>Progress on a terminal: a bar, the numbers of the last window, the last evaluation; alerts scroll above it.</summary>
/// <remarks>A thread of its own draws a few times a second, so that a step never waits for the terminal.</remarks>
internal sealed class LiveView : ITrainingView
{
    private const int BarWidth = 40;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMilliseconds(150);

    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly ManualResetEventSlim _closing = new();
    private readonly long _totalSteps;
    private readonly int _stepsPerEpoch;
    private readonly Thread _drawing;
    private DateTimeOffset? _started;
    private long _firstStep;
    private StepWindow? _step;
    private Evaluation? _evaluation;
    private int _alerts;

    public LiveView(long totalSteps, int stepsPerEpoch)
    {
        _totalSteps = totalSteps;
        _stepsPerEpoch = stepsPerEpoch;
        _drawing = new Thread(Draw) { IsBackground = true, Name = "view" };
        _drawing.Start();
    }

    public void Show(TrainingEvent trainingEvent)
    {
        lock (_lock)
        {
            _started ??= trainingEvent.Time;
            switch (trainingEvent)
            {
                case RunResumed resumed:
                    _firstStep = resumed.Step;
                    _lines.Enqueue($"resumed after step {resumed.Step} from {resumed.Checkpoint}");
                    break;
                case StepWindow step:
                    _step = step;
                    break;
                case Evaluation evaluation:
                    _evaluation = evaluation;
                    _lines.Enqueue($"epoch {evaluation.Epoch}, step {evaluation.Step}: {Display.Evaluation(evaluation)}");
                    break;
                case Alert alert:
                    _alerts += alert.State == AlertStates.Raised ? 1 : 0;
                    _lines.Enqueue(Display.Alert(alert));
                    break;
                case TrainingAction { Action: TrainingActions.Stop } stop:
                    _lines.Enqueue($"step {stop.Step}: stopped by the monitor: {stop.Detail}");
                    break;
            }
        }
    }

    public void Close()
    {
        _closing.Set();
        _drawing.Join();
    }

    public void Dispose()
    {
        Close();
        _closing.Dispose();
    }

    private void Draw() => _console.Live(Text.Empty).AutoClear(true).Start(live =>
    {
        bool last;
        do
        {
            last = _closing.Wait(RefreshInterval);
            lock (_lock)
            {
                while (_lines.TryDequeue(out string? line))
                {
                    WriteAbove(line);
                }

                live.UpdateTarget(Picture());
            }
        }
        while (!last);
    });

    // What is written goes where the picture stood, so every line is as wide as what it covers.
    private void WriteAbove(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            _console.WriteLine(line.PadRight(_console.Profile.Width - 1));
        }
    }

    private IRenderable Picture()
    {
        if (_step is not { } step)
        {
            return new Text("starting ...");
        }

        double done = _totalSteps == 0 ? 1 : (double)step.Step / _totalSteps;
        int filled = (int)(done * BarWidth);
        double elapsed = (step.Time - _started!.Value).TotalSeconds;
        double rate = (step.Step - _firstStep) / Math.Max(elapsed, 1e-3);
        string left = Display.Duration((_totalSteps - step.Step) / rate);
        var bar = new Markup(
            $"epoch {step.Epoch}/{((_totalSteps - 1) / _stepsPerEpoch) + 1}  step {step.Step}/{_totalSteps}  "
            + $"[green]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]  {done:P0}  "
            + $"{Display.Duration(elapsed)} elapsed, {left} left");
        var numbers = new Grid().AddColumns(5);
        numbers.AddRow(Label("loss"), Label("accuracy"), Label("learning rate"), Label("gradient norm"), Label("samples/s"));
        numbers.AddRow(
            Display.Number(step.LossMean),
            step.Accuracy is { } accuracy ? Display.Percent(accuracy) : "-",
            Display.Number(step.LearningRate),
            Display.Number(step.GradientNormMean),
            Display.Count(step.SamplesPerSecond));
        string evaluated = _evaluation is { } evaluation ? Display.Evaluation(evaluation) : "no evaluation yet";
        string alerts = _alerts == 0 ? "[green]no alerts[/]" : $"[red]{_alerts} alert{(_alerts == 1 ? "" : "s")}[/]";
        return new Rows(bar, numbers, new Markup($"{Markup.Escape(evaluated)}; {alerts}"));
    }

    private static string Label(string text) => $"[grey]{text}[/]";
}
