namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>Mean training losses over periods of steps, and how much each of them is below the best before it.</summary>
/// <remarks>At small batches a period has more steps, so that its mean is known to a few thousandths.</remarks>
/// <param name="steps">Fewest steps of a period.</param>
internal sealed class LossPeriods(int steps)
{
    /// <summary>Fewest examples of a period: 500 steps of 64.</summary>
    private const int ExamplesMin = 32_000;

    private long _examples;
    private long _firstStep;
    private double _sum;
    private long _steps;

    /// <summary>Mean loss of the best period; infinite before the first ends.</summary>
    public double Best { get; private set; } = double.PositiveInfinity;

    /// <summary>Mean loss of the last period.</summary>
    public double Last { get; private set; } = double.NaN;

    /// <summary>First step of the last period.</summary>
    public long FirstStep { get; private set; }

    /// <summary>How far the last period was below the best before it, as a share of that; negative if it was above. Null in the first.</summary>
    public double? Improvement { get; private set; }

    /// <summary>Takes the next window.</summary>
    /// <param name="window">The window.</param>
    /// <returns>Whether a period ended with it.</returns>
    public bool Add(AggregatedWindow window)
    {
        _firstStep = _steps == 0 ? window.FirstStep : _firstStep;
        _sum += window.Loss * window.AppliedSteps;
        _steps += window.AppliedSteps;
        _examples += window.Examples;
        if (_steps < steps || _examples < ExamplesMin)
        {
            return false;
        }

        FirstStep = _firstStep;
        Last = _sum / _steps;
        Improvement = double.IsFinite(Best) ? (Best - Last) / Best : null;
        Best = Math.Min(Best, Last);
        _sum = 0;
        _steps = 0;
        _examples = 0;
        return true;
    }
}
