namespace DistSgd.Monitoring.History;

/// <summary>
/// A quantity over the steps of a run in bounded memory: neighbours are merged once there are too many, and of those merged the smallest and the
/// largest value stay, each at its step.
/// </summary>
/// <remarks>A run of any length gives a curve that shows every spike; values between the extremes of a stretch are left out.</remarks>
public sealed class ThinnedSeries
{
    /// <summary>Stretches that are kept, with up to two points each.</summary>
    public const int StretchesMax = 1024;

    private readonly List<Stretch> _stretches = [];
    private int _perStretch = 1;
    private int _inLast;

    /// <summary>Number of values that were added.</summary>
    public long Count { get; private set; }

    /// <summary>The last value; NaN if there is none.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>Adds a value.</summary>
    /// <param name="step">Its step, not before those of earlier values.</param>
    /// <param name="value">The value; NaN and infinities are kept as gaps.</param>
    public void Add(long step, double value)
    {
        Count++;
        Last = value;
        if (_inLast > 0 && _inLast < _perStretch)
        {
            _stretches[^1] = _stretches[^1].With(step, value);
            _inLast++;
            return;
        }

        if (_stretches.Count == StretchesMax)
        {
            Halve();
        }

        _stretches.Add(new Stretch(step, value, step, value));
        _inLast = 1;
    }

    /// <summary>The points of the curve.</summary>
    /// <returns>Steps, ascending, and their values.</returns>
    public (double[] Steps, double[] Values) Points()
    {
        var steps = new List<double>(2 * _stretches.Count);
        var values = new List<double>(2 * _stretches.Count);
        foreach (Stretch stretch in _stretches)
        {
            ((long Step, double Value) first, (long Step, double Value) second) = stretch.LowStep <= stretch.HighStep
                ? ((stretch.LowStep, stretch.Low), (stretch.HighStep, stretch.High))
                : ((stretch.HighStep, stretch.High), (stretch.LowStep, stretch.Low));
            steps.Add(first.Step);
            values.Add(first.Value);
            if (second.Step != first.Step)
            {
                steps.Add(second.Step);
                values.Add(second.Value);
            }
        }

        return ([.. steps], [.. values]);
    }

    private void Halve()
    {
        for (int i = 0; i < StretchesMax / 2; i++)
        {
            _stretches[i] = _stretches[2 * i].With(_stretches[(2 * i) + 1]);
        }

        _stretches.RemoveRange(StretchesMax / 2, StretchesMax / 2);
        _perStretch *= 2;
    }

    /// <summary>Values of a stretch of steps: the smallest and the largest. A value that is no number is kept as the largest, so that it is seen.</summary>
    private readonly record struct Stretch(long LowStep, double Low, long HighStep, double High)
    {
        public Stretch With(long step, double value) => With(new Stretch(step, value, step, value));

        public Stretch With(Stretch other)
        {
            (long lowStep, double low) = !(other.Low >= Low) && !double.IsNaN(other.Low) ? (other.LowStep, other.Low) : (LowStep, Low);
            (long highStep, double high) = double.IsNaN(High) || other.High <= High ? (HighStep, High) : (other.HighStep, other.High);
            return new Stretch(lowStep, low, highStep, high);
        }
    }
}
