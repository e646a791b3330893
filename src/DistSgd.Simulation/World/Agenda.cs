namespace DistSgd.Simulation.World;

/// <summary>Virtual time and what is to happen in it. Nothing passes but by the agenda: the same entries give the same history.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, (TimeSpan Due, long Order)> _entries = new();
    private long _order;

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Number of entries.</summary>
    public int Count => _entries.Count;

    /// <summary>Number of entries that have happened.</summary>
    public long Happened { get; private set; }

    /// <summary>Enters something.</summary>
    /// <param name="delay">When, from now on; entries of the same moment happen in the order of their entering.</param>
    /// <param name="happening">What.</param>
    public void In(TimeSpan delay, Action happening) => At(Now + delay, happening);

    /// <summary>Enters something.</summary>
    /// <param name="due">When; the past means now.</param>
    /// <param name="happening">What.</param>
    public void At(TimeSpan due, Action happening) => _entries.Enqueue(happening, (due > Now ? due : Now, _order++));

    /// <summary>Has the next entry happen.</summary>
    /// <returns>False if there is none.</returns>
    public bool Advance()
    {
        if (!_entries.TryDequeue(out Action? happening, out (TimeSpan Due, long Order) at))
        {
            return false;
        }

        Now = at.Due;
        Happened++;
        happening();
        return true;
    }
}
