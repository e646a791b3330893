using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Views;

/// <summary>Progress as plain lines, for pipes and logs: evaluations, alerts, and a step every few seconds.</summary>
/// <param name="output">Where the lines go.</param>
/// <param name="level">The least level that is shown.</param>
/// <param name="totalSteps">Number of steps of the run.</param>
internal sealed class PlainView(TextWriter output, ConsoleLevel level, long totalSteps) : ITrainingView
{
    private static readonly TimeSpan StepInterval = TimeSpan.FromSeconds(5);

    private DateTimeOffset? _lastLine;

    public void Show(TrainingEvent trainingEvent)
    {
        if (level == ConsoleLevel.Off || (level == ConsoleLevel.Warning && trainingEvent.Level < EventLevel.Warning))
        {
            return;
        }

        _lastLine ??= trainingEvent.Time;
        string? line = trainingEvent switch
        {
            RunResumed resumed => $"resumed after step {resumed.Step} from {resumed.Checkpoint}",
            StepWindow step when level == ConsoleLevel.Debug || step.Time - _lastLine >= StepInterval => Display.Step(step, totalSteps),
            Evaluation evaluation => $"step {evaluation.Step}/{totalSteps}: {Display.Evaluation(evaluation)}",
            Alert alert => Display.Alert(alert),
            TrainingAction { Action: TrainingActions.Stop } stop => $"step {stop.Step}: stopped by the monitor: {stop.Detail}",
            _ => null,
        };
        if (line is not null)
        {
            _lastLine = trainingEvent.Time;
            output.WriteLine(line);
        }
    }

    public void Close() => output.Flush();

    public void Dispose()
    {
    }
}
