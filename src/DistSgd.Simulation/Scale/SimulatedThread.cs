namespace DistSgd.Simulation.Scale;

/// <summary>A thread: it does one thing after the other, on the cores of its machine.</summary>
/// <param name="cores">The cores.</param>
internal sealed class SimulatedThread(CpuCores cores)
{
    private readonly Queue<(double Seconds, Action Done)> _waiting = new();
    private bool _isBusy;

    /// <summary>Most things that waited while another was done.</summary>
    public int Most { get; private set; }

    /// <summary>Has it do something once it has done what it was given before.</summary>
    /// <param name="seconds">Processor time of it.</param>
    /// <param name="done">Called when it is done.</param>
    public void Do(double seconds, Action done)
    {
        _waiting.Enqueue((seconds, done));
        if (!_isBusy)
        {
            Next();
        }

        Most = Math.Max(Most, _waiting.Count);
    }

    private void Next()
    {
        _isBusy = _waiting.TryDequeue(out (double Seconds, Action Done) item);
        if (_isBusy)
        {
            cores.Run(item.Seconds, () =>
            {
                item.Done();
                Next();
            });
        }
    }
}
