using DistSgd.Learning;
using DistSgd.Numerics.Memory;

namespace DistSgd.Training.Checkpoints;

/// <summary>A model in the middle of its training: what a run needs to continue as if it had never stopped.</summary>
public sealed class Checkpoint : SavedModel
{
    /// <summary>Step, counts and digests.</summary>
    public required TrainingState State { get; init; }

    /// <summary>The optimizer's slots by name (such as <c>momentum</c>), flat vectors of the model's layout.</summary>
    public required IReadOnlyList<(string Name, AlignedVector Values)> Slots { get; init; }

    /// <summary>Copies the stored slots into those of a freshly built optimizer. Either all are copied or none.</summary>
    /// <param name="targets">The optimizer's slots; each must have its namesake here, and none here may be left over.</param>
    /// <exception cref="InputException">A slot is missing or left over: the checkpoint was written with another optimizer.</exception>
    public void RestoreSlots(IReadOnlyList<(string Name, AlignedVector Values)> targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        string[] stored = [.. Slots.Select(slot => slot.Name).Order(StringComparer.Ordinal)];
        string[] expected = [.. targets.Select(slot => slot.Name).Order(StringComparer.Ordinal)];
        if (!stored.SequenceEqual(expected))
        {
            throw new InputException(
                $"The checkpoint of step {State.Step} holds the optimizer slots {Listing(stored)}; "
                + $"the optimizer of the config has {Listing(expected)}.");
        }

        foreach ((string name, AlignedVector values) in targets)
        {
            values.CopyFrom(Slots.First(slot => slot.Name == name).Values);
        }
    }

    private static string Listing(string[] names) => names.Length == 0 ? "(none)" : string.Join(", ", names);
}
