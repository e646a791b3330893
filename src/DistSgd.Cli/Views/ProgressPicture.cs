using System.Globalization;
using DistSgd.Monitoring.Events;
using Spectre.Console;

namespace DistSgd.Cli.Views;

/// <summary>
/// What the progress display shows, for any width: a bar, the numbers of the last window, the last evaluation. Where there is less
/// room the bar shrinks and columns are left out, the least important first.
/// </summary>
/// <remarks>Fields have the width of their longest value, so that nothing moves when a number grows.</remarks>
/// <param name="totalSteps">Number of steps of the run.</param>
/// <param name="totalEpochs">Number of epochs of the run.</param>
internal sealed class ProgressPicture(long totalSteps, long totalEpochs)
{
    private const int LongestBar = 40;
    private const int ShortestBar = 6;
    private const int NumberWidth = 10;
    private const int AlertsWidth = 11;
    private const string Gap = "  ";

    private DateTimeOffset? _started;

    // Where the rate is counted from: a server that comes back from a checkpoint has steps behind it that took no time of its own.
    private DateTimeOffset? _rateStarted;
    private long _firstStep;
    private StepWindow? _step;
    private Evaluation? _evaluation;
    private readonly HashSet<string> _members = [];
    private bool _hadMembers;
    private int _alerts;

    private enum Field
    {
        Epoch,
        Step,
        Bar,
        Done,
        Elapsed,
        Left,
    }

    private static Field[] FirstToGo { get; } = [Field.Elapsed, Field.Epoch, Field.Left, Field.Step];

    /// <summary>Takes note of an event.</summary>
    /// <param name="trainingEvent">The event.</param>
    public void Take(TrainingEvent trainingEvent)
    {
        _started ??= trainingEvent.Time;
        _rateStarted ??= trainingEvent.Time;
        switch (trainingEvent)
        {
            case Membership { Change: MembershipChanges.Joined } joined:
                _members.Add(joined.Worker);
                _hadMembers = true;
                break;
            case Membership { Change: MembershipChanges.Left or MembershipChanges.Lost } gone:
                _members.Remove(gone.Worker);
                break;
            case RunResumed resumed:
                _members.Clear();
                _firstStep = resumed.Step;
                _rateStarted = resumed.Time;
                break;
            case StepWindow step:
                _step = step;
                break;
            case Evaluation evaluation:
                _evaluation = evaluation;
                break;
            case Alert { State: AlertStates.Raised }:
                _alerts++;
                break;
        }
    }

    /// <summary>The lines of the display.</summary>
    /// <param name="width">Most characters of a line.</param>
    /// <param name="unicode">Whether the terminal shows more than ASCII.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<StyledLine> Draw(int width, bool unicode) => _step is { } step
        ? [Bar(step, width, unicode), .. Numbers(step, width), Standing(width)]
        : [new StyledLine(width).Add("starting ...")];

    private StyledLine Bar(StepWindow step, int width, bool unicode)
    {
        double done = totalSteps == 0 ? 1 : (double)step.Step / totalSteps;
        double elapsed = (step.Time - _started!.Value).TotalSeconds;
        double rate = (step.Step - _firstStep) / Math.Max((step.Time - _rateStarted!.Value).TotalSeconds, 1e-3);
        string left = Display.Duration((totalSteps - step.Step) / rate);
        var fields = new SortedDictionary<Field, string>
        {
            [Field.Epoch] = $"epoch {Of(step.Epoch, totalEpochs)}",
            [Field.Step] = $"step {Of(step.Step, totalSteps)}",
            [Field.Bar] = "",
            [Field.Done] = string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(100 * done),3:0} %"),
            [Field.Elapsed] = $"{Display.Duration(elapsed),7} elapsed",
            [Field.Left] = $"{left,7} left",
        };
        int Room() => width - fields.Values.Sum(text => text.Length) - ((fields.Count - 1) * Gap.Length);
        foreach (Field field in FirstToGo.TakeWhile(_ => Room() < ShortestBar))
        {
            fields.Remove(field);
        }

        int bar = Math.Clamp(Room(), 0, LongestBar);
        int filled = (int)(done * bar);
        var line = new StyledLine(width);
        foreach ((Field field, string text) in fields)
        {
            line.Add(line.Length > 0 ? Gap : "");
            if (field == Field.Bar)
            {
                line.Add(new string(unicode ? '━' : '=', filled), Color.Green);
                line.Add(new string(unicode ? '·' : '.', bar - filled), Color.Grey);
            }
            else
            {
                line.Add(text);
            }
        }

        return line;
    }

    private static IEnumerable<StyledLine> Numbers(StepWindow step, int width)
    {
        // In the order of the columns; the rank says which ones stay where there is no room for all.
        (string Label, string Value, int Rank)[] columns =
        [
            ("loss", Display.Number(step.LossMean), 0),
            ("accuracy", step.Accuracy is { } accuracy ? Display.Percent(accuracy) : "-", 1),
            ("learning rate", Display.Number(step.LearningRate), 4),
            ("gradient norm", Display.Number(step.GradientNormMean), 2),
            ("samples/s", Display.Count(step.SamplesPerSecond), 3),
        ];
        int shown = columns.Length;
        while (shown > 1 && columns.Where(c => c.Rank < shown).Sum(c => Width(c.Label) + Gap.Length) - Gap.Length > width)
        {
            shown--;
        }

        var labels = new StyledLine(width);
        var values = new StyledLine(width);
        int end = 0;
        foreach ((string label, string value, _) in columns.Where(c => c.Rank < shown))
        {
            // Filled up only where another column follows: blanks at the end would be broken too where a terminal becomes narrower.
            labels.Add(new string(' ', end - labels.Length) + label, Color.Grey);
            values.Add(new string(' ', Math.Max(0, end - values.Length)) + value);
            end += Width(label) + Gap.Length;
        }

        return [labels, values];
    }

    private StyledLine Standing(int width)
    {
        string alerts = _alerts switch { 0 => "no alerts", 1 => "1 alert", _ => $"{_alerts} alerts" };
        var line = new StyledLine(width);
        if (_hadMembers && _members.Count == 0)
        {
            line.Add("waiting for workers" + Gap, Color.Yellow); // nothing else moves meanwhile
        }

        line.Add(alerts.PadRight(AlertsWidth), _alerts == 0 ? Color.Green : Color.Red);
        string[] wordings = _evaluation is not { } evaluation ? ["no evaluation yet"] :
        [
            Display.Evaluation(Display.Part(evaluation.Split), evaluation.Loss, evaluation.Accuracy),
            Display.Evaluation(Display.Part(evaluation.Split), evaluation.Loss, null),
        ];
        string? fitting = wordings.FirstOrDefault(text => line.Length + Gap.Length + text.Length <= width);
        return fitting is null ? line : line.Add(Gap + fitting);
    }

    private static int Width(string label) => Math.Max(label.Length, NumberWidth);

    /// <summary>A number and its total, as wide as it will ever be.</summary>
    private static string Of(long number, long total)
    {
        string whole = total.ToString(CultureInfo.InvariantCulture);
        return $"{number.ToString(CultureInfo.InvariantCulture).PadLeft(whole.Length)}/{whole}";
    }
}
