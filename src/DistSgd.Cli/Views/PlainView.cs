using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Views;

/// <summary>Progress as plain lines, for pipes and logs: evaluations, alerts, and a step every few seconds.</summary>
/// <param name="output">Where the lines go.</param>
/// <param name="level">The least level that is shown.</param>
/// <param name="lines">The lines that events give.</param>
/// <param name="totalSteps">Number of steps of the run.</param>
internal sealed class PlainView(TextWriter output, ConsoleLevel level, EventLines lines, long totalSteps) : ITrainingView
{
    private static readonly TimeSpan StepInterval = TimeSpan.FromSeconds(5);

    private DateTimeOffset? _lastLine;

    public void Show(TrainingEvent trainingEvent)
    {
        _lastLine ??= trainingEvent.Time;
        IReadOnlyList<string> texts = lines.Of(trainingEvent);
        if (trainingEvent is StepWindow step && IsDue(step))
        {
            texts = [.. texts, Display.Step(step, totalSteps)];
        }

        if (texts.Count > 0)
        {
            _lastLine = trainingEvent.Time;
            Print(texts);
        }
    }

    public void Notice(string text) => output.WriteLine(Display.Printable(text));

    public void Close()
    {
        Print(lines.Rest());
        output.Flush();
    }

    public void Dispose()
    {
    }

    private bool IsDue(StepWindow step) =>
        level == ConsoleLevel.Debug || (level == ConsoleLevel.Info && step.Time - _lastLine >= StepInterval);

    private void Print(IReadOnlyList<string> texts)
    {
        foreach (string text in texts)
        {
            output.WriteLine(text);
        }
    }
}
