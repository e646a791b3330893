using DistSgd.Numerics.Memory;

namespace DistSgd.Training.Server;

/// <summary>The parameters and optimizer state that a rollback returns to: a copy of those of the last checkpoint.</summary>
/// <param name="length">Length of the vectors.</param>
/// <param name="slots">Number of vectors of the optimizer.</param>
internal sealed class RollbackPoint(int length, int slots)
{
    private readonly AlignedVector _parameters = new(length);
    private readonly AlignedVector[] _slots = [.. Enumerable.Range(0, slots).Select(_ => new AlignedVector(length))];

    /// <summary>Number of updates at the point; −1 before there is one.</summary>
    public long UpdateCount { get; private set; } = -1;

    /// <summary>Takes the present state as the point.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">The vectors of the optimizer.</param>
    /// <param name="updateCount">Number of updates.</param>
    public void Mark(AlignedVector parameters, IEnumerable<AlignedVector> state, long updateCount)
    {
        _parameters.CopyFrom(parameters);
        foreach ((AlignedVector kept, AlignedVector present) in _slots.Zip(state))
        {
            kept.CopyFrom(present);
        }

        UpdateCount = updateCount;
    }

    /// <summary>Copies the point into the present state.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">The vectors of the optimizer.</param>
    public void Restore(AlignedVector parameters, IEnumerable<AlignedVector> state)
    {
        parameters.CopyFrom(_parameters);
        foreach ((AlignedVector kept, AlignedVector present) in _slots.Zip(state))
        {
            present.CopyFrom(kept);
        }
    }
}
