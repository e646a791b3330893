using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>A step window together with its layers.</summary>
/// <param name="Step">The window.</param>
/// <param name="Layers">Its layers from the input; empty if they were not measured.</param>
internal readonly record struct LayeredWindow(StepWindow Step, IReadOnlyList<LayerWindow> Layers);

/// <summary>Puts the layer events that follow a step event together with it.</summary>
/// <remarks>
/// When <see cref="RunStarted"/> told how many layers there are, a window is complete with the last of them, so an alert comes at once;
/// otherwise with the next event of another kind or window.
/// </remarks>
internal sealed class WindowAssembler
{
    private int? _layerCount;
    private StepWindow? _step;
    private List<LayerWindow> _layers = [];

    /// <summary>Takes the next event of the log.</summary>
    /// <param name="trainingEvent">The event.</param>
    /// <param name="window">The window that this event completes.</param>
    /// <returns>Whether it completes one.</returns>
    public bool TryComplete(TrainingEvent trainingEvent, out LayeredWindow window)
    {
        if (trainingEvent is LayerWindow layer && layer.Step == _step?.Step)
        {
            _layers.Add(layer);
            window = default;
            return _layers.Count == _layerCount && TryTake(out window);
        }

        bool complete = TryTake(out window);
        switch (trainingEvent)
        {
            case RunStarted started:
                _layerCount = started.LayerWidths.Count - 1;
                break;
            case StepWindow step:
                _step = step;
                break;
        }

        return complete;
    }

    private bool TryTake(out LayeredWindow window)
    {
        if (_step is null)
        {
            window = default;
            return false;
        }

        window = new LayeredWindow(_step, _layers);
        _step = null;
        _layers = [];
        return true;
    }
}
