using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.History;

/// <summary>Where the time of a step goes, window by window: what the mean worker does, and the server's share. All in seconds a step.</summary>
/// <remarks>
/// A worker computes for so long, the way there and back (exchange) takes the rest of its answer, and then it waits: for the other workers, and for
/// the server, which sums the slices (reduce) and changes the parameters (update). The server's phases are those of the last step of each window.
/// </remarks>
public sealed class PhaseTimes
{
    private StepWindow? _window;
    private double _computed;
    private double _answered;
    private int _workers;

    /// <summary>Wall time of a step.</summary>
    public ThinnedSeries Step { get; } = new();

    /// <summary>Mean time in which a worker computes its slices.</summary>
    public ThinnedSeries Compute { get; } = new();

    /// <summary>Mean time of the way there and back.</summary>
    public ThinnedSeries Exchange { get; } = new();

    /// <summary>Mean time that a worker waits once it has answered.</summary>
    public ThinnedSeries Wait { get; } = new();

    /// <summary>Time in which the server sums and measures the slices.</summary>
    public ThinnedSeries Reduce { get; } = new();

    /// <summary>Time of the update at the server.</summary>
    public ThinnedSeries Update { get; } = new();

    /// <summary>Takes the next window; the workers' events of the one before are all there then.</summary>
    /// <param name="window">The window.</param>
    internal void Add(StepWindow window)
    {
        Close();
        _window = window;
    }

    /// <summary>Takes what a worker took in the window.</summary>
    /// <param name="worker">The worker's event.</param>
    internal void Add(WorkerWindow worker)
    {
        if (worker.ComputeSecondsMean is { } computed)
        {
            _computed += computed;
            _answered += worker.ResponseSecondsMean;
            _workers++;
        }
    }

    /// <summary>Ends the last window.</summary>
    internal void Close()
    {
        if (_window is { Count: > 0 } window && _workers > 0)
        {
            double step = window.Seconds / window.Count;
            Step.Add(window.Step, step);
            Compute.Add(window.Step, _computed / _workers);
            Exchange.Add(window.Step, Math.Max(0, (_answered - _computed) / _workers));
            Wait.Add(window.Step, Math.Max(0, step - (_answered / _workers)));
            Add(Reduce, window.Step, window.ReduceSeconds);
            Add(Update, window.Step, window.UpdateSeconds);
        }

        (_window, _computed, _answered, _workers) = (null, 0, 0, 0);
    }

    private static void Add(ThinnedSeries series, long step, double? seconds)
    {
        if (seconds is { } value)
        {
            series.Add(step, value);
        }
    }
}
