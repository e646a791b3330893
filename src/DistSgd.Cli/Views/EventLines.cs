using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Views;

/// <summary>
/// The lines that events give, the same on a terminal and in a pipe: what happened step by step is told once it is over, after the
/// alerts that explain it, and an advice that was just given is not given again.
/// </summary>
/// <param name="level">The least level that is shown.</param>
/// <param name="totalSteps">Number of steps of the run.</param>
/// <param name="tellsMembers">Whether workers come and go by themselves, so that a person wants to know.</param>
internal sealed class EventLines(ConsoleLevel level, long totalSteps, bool tellsMembers = false)
{
    private readonly MemberLines? _members = tellsMembers ? new MemberLines() : null;
    private readonly bool _informs = level is ConsoleLevel.Info or ConsoleLevel.Debug;
    private Streak? _streak;
    private TrainingAction? _stop;
    private string? _lastAdvice;

    /// <summary>The lines that an event gives.</summary>
    /// <param name="trainingEvent">The event; all of them, in their order.</param>
    /// <returns>Lines ready to be printed.</returns>
    public IReadOnlyList<string> Of(TrainingEvent trainingEvent)
    {
        if (level == ConsoleLevel.Off)
        {
            return [];
        }

        var lines = new List<string>();
        if (_members?.Of(trainingEvent) is { } members && (_informs || trainingEvent.Level >= EventLevel.Warning))
        {
            lines.AddRange(members);
        }

        switch (trainingEvent)
        {
            case RunResumed resumed when _informs:
                lines.Add($"resumed after step {resumed.Step} from {resumed.Checkpoint}");
                break;
            case StepWindow window when window.FirstStep > _streak?.Last:
                EndStreak(lines);
                break;
            case Evaluation evaluation:
                EndStreak(lines);
                AddEvaluation(evaluation, lines);
                break;
            case Alert alert when _informs || alert.Level >= EventLevel.Warning:
                AddAlert(alert, lines);
                break;
            case TrainingAction { Action: TrainingActions.Stop } stop:
                _stop = stop;
                break;
            case TrainingAction action:
                AddAction(action, lines);
                break;
            case RunFinished:
                lines.AddRange(Rest());
                break;
        }

        return [.. lines.Select(Display.Printable)];
    }

    /// <summary>What is still to be told at the end, also at an untimely one.</summary>
    /// <returns>Lines ready to be printed.</returns>
    public IReadOnlyList<string> Rest()
    {
        var lines = new List<string>();
        EndStreak(lines);
        if (_stop is { } stop)
        {
            lines.Add($"{Display.Position(stop.Step, totalSteps)}: stopped by the monitor: {stop.Detail ?? Cause(stop.Reason)}");
            _stop = null;
        }

        return [.. lines.Select(Display.Printable)];
    }

    private void AddEvaluation(Evaluation evaluation, List<string> lines)
    {
        if (_informs)
        {
            string numbers = Display.Evaluation(Display.Part(evaluation.Split), evaluation.Loss, evaluation.Accuracy);
            lines.Add($"{Display.Position(evaluation.Step, totalSteps)}: {numbers}");
        }
    }

    private void AddAlert(Alert alert, List<string> lines)
    {
        lines.Add(Display.Alert(alert));
        if (alert is { State: AlertStates.Raised, Advice: { } advice } && advice != _lastAdvice)
        {
            lines.Add($"  advice: {advice}");
            _lastAdvice = advice;
        }
    }

    // An action comes once for every shard concerned, and a bad stretch brings it step after step, or after every step that
    // follows a rollback. The stretch is over with a window that is free of it.
    private void AddAction(TrainingAction action, List<string> lines)
    {
        if (_streak?.First.Action != action.Action)
        {
            EndStreak(lines);
            _streak = new Streak(action) { Last = action.Step };
        }
        else if (action.Step != _streak.Last)
        {
            _streak.Last = action.Step;
            _streak.Steps++;
        }
    }

    private void EndStreak(List<string> lines)
    {
        if (_streak is not { } streak)
        {
            return;
        }

        string where = Display.Position(streak.First.Step, streak.Last, totalSteps);
        string times = streak.Steps > 1 ? $" {streak.Steps} times" : "";
        lines.Add($"{where}: {Deed(streak.First.Action)}{times}: {streak.First.Detail ?? Cause(streak.First.Reason)}");
        _streak = null;
    }

    private static string Deed(string action) => action switch
    {
        TrainingActions.SkipSlice => "slices left out",
        TrainingActions.SkipStep => "skipped",
        TrainingActions.Rollback => "rolled back to the last checkpoint",
        TrainingActions.LowerRate => "learning rate lowered",
        TrainingActions.RaiseRate => "learning rate raised",
        TrainingActions.AddMomentum => "momentum added",
        TrainingActions.Clip => "clipping switched on",
        TrainingActions.Perturb => "moved away from the saddle",
        _ => action,
    };

    private static string Cause(string reason) => reason switch
    {
        ActionReasons.NonFiniteGradient => "a gradient was not finite",
        ActionReasons.NonFiniteLoss => "a loss was not finite",
        ActionReasons.NonFiniteParameters => "the new parameters were not finite",
        _ => reason,
    };

    /// <summary>The same action at steps close together.</summary>
    private sealed record Streak(TrainingAction First)
    {
        public int Steps { get; set; } = 1;

        public long Last { get; set; }
    }
}
