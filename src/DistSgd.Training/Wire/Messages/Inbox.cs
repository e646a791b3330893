using DistSgd.Numerics.Memory;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>Receives one kind of message with a payload, and keeps what is used again from one to the next.</summary>
/// <remarks>
/// Vectors and objects are used again when the next message of their kind has another term, step or round: then the protocol has given
/// them back. A repeated message may find the first one still in use, so it gets objects of its own.
/// </remarks>
internal abstract class Inbox
{
    /// <summary>Reads a head.</summary>
    /// <returns>What the payload is and belongs to.</returns>
    public abstract VectorPlace Open(ref FieldReader reader, RunShape shape);

    /// <summary>The vector to receive the payload into, unless the host has one.</summary>
    public abstract AlignedVector Vector(int length);

    /// <summary>Puts the message together once its payload is there.</summary>
    /// <param name="vector">The vector, decoded, if the payload is one.</param>
    /// <param name="numbers">The numbers, if the payload is some.</param>
    /// <returns>The message, or null if more frames belong to it.</returns>
    public abstract object? Complete(AlignedVector? vector, ReadOnlySpan<double> numbers);
}

/// <summary>Vectors of one kind of message, one a slot, used again when the message is another one.</summary>
internal sealed class ReusedVectors
{
    private readonly Dictionary<(int First, int Count), (AlignedVector Vector, int Term, long Step)> _slots = [];

    /// <summary>A vector for a message; the one that an earlier message had, if there is one.</summary>
    public AlignedVector Take((int First, int Count) slot, int term, long step, int length)
    {
        bool free = _slots.TryGetValue(slot, out (AlignedVector Vector, int Term, long Step) last)
            && (last.Term, last.Step) != (term, step) && last.Vector.Length == length;
        AlignedVector vector = free ? last.Vector : new AlignedVector(length);
        _slots[slot] = (vector, term, step);
        return vector;
    }
}
