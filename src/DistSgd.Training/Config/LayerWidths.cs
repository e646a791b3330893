using System.Collections;
using System.Runtime.CompilerServices;

namespace DistSgd.Training.Config;

/// <summary>Widths of layers in order; two lists of the same widths are equal, so that configs compare by value.</summary>
[CollectionBuilder(typeof(LayerWidths), nameof(Create))]
public sealed class LayerWidths : IReadOnlyList<int>, IEquatable<LayerWidths>
{
    private readonly int[] _widths;

    private LayerWidths(int[] widths) => _widths = widths;

    /// <summary>Number of layers.</summary>
    public int Count => _widths.Length;

    /// <summary>Width of one layer.</summary>
    /// <param name="index">Layer, 0 next to the input.</param>
    public int this[int index] => _widths[index];

    /// <summary>Copies widths into a list.</summary>
    /// <param name="widths">The widths, layer after layer.</param>
    /// <returns>The list.</returns>
    public static LayerWidths Create(ReadOnlySpan<int> widths) => new(widths.ToArray());

    /// <inheritdoc/>
    public bool Equals(LayerWidths? other) => other is not null && _widths.AsSpan().SequenceEqual(other._widths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerWidths);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int width in _widths)
        {
            hash.Add(width);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", _widths)}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_widths).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
