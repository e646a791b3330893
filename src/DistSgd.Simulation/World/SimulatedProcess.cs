namespace DistSgd.Simulation.World;

/// <summary>A process of the operating system: it may be frozen and thawed, and it may die.</summary>
/// <param name="agenda">Virtual time.</param>
/// <param name="clock">The clock of its machine.</param>
internal sealed class SimulatedProcess(Agenda agenda, DriftingClock clock)
{
    private readonly Queue<Action> _held = new();
    private int _frozen;
    private bool _isThawing;

    /// <summary>The clock of its machine.</summary>
    public DriftingClock Clock => clock;

    /// <summary>Whether it has not died.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Whether it is alive and gets time to compute.</summary>
    public bool Runs => IsAlive && _frozen == 0;

    /// <summary>Number of things that wait for its thaw.</summary>
    public int Held => _held.Count;

    /// <summary>Has something happen in the process, once it gets time to compute; the dead do nothing.</summary>
    /// <param name="happening">What.</param>
    public void Do(Action happening)
    {
        if (!IsAlive)
        {
            return;
        }

        if (_frozen > 0 || _isThawing)
        {
            _held.Enqueue(happening);
            return;
        }

        happening();
    }

    /// <summary>Has something happen in the process later.</summary>
    /// <param name="delay">How much later in true time.</param>
    /// <param name="happening">What.</param>
    public void In(TimeSpan delay, Action happening) => agenda.In(delay, () => Do(happening));

    /// <summary>Takes its time to compute away.</summary>
    public void Freeze() => _frozen++;

    /// <summary>Takes one freezing back. With the last of them what was held happens, in order.</summary>
    public void Thaw()
    {
        if (--_frozen > 0 || _isThawing)
        {
            return;
        }

        _isThawing = true;
        while (_frozen == 0 && IsAlive && _held.TryDequeue(out Action? happening))
        {
            happening();
        }

        _isThawing = false;
    }

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        IsAlive = false;
        _held.Clear();
    }
}
