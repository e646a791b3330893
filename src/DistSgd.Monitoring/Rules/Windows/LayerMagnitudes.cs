namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>
/// Mean |g| of each layer over at least a given number of examples. It is measured in the last step of a window only, so small
/// batches need many windows.
/// </summary>
internal sealed class LayerMagnitudes
{
    private readonly int _minExamples;
    private double[] _sums = [];
    private double[] _examples = [];

    public LayerMagnitudes(int minExamples) => _minExamples = minExamples;

    /// <summary>The layer with the smallest mean |g| when enough examples were last in; null before that.</summary>
    public (int Layer, double Magnitude)? Smallest { get; private set; }

    /// <summary>Adds the layers of a window.</summary>
    public void Add(IReadOnlyList<AggregatedLayer> layers)
    {
        if (_sums.Length != layers.Count)
        {
            _sums = new double[layers.Count];
            _examples = new double[layers.Count];
            Smallest = null;
        }

        for (int l = 0; l < layers.Count; l++)
        {
            _sums[l] += layers[l].MagnitudeSum;
            _examples[l] += layers[l].MagnitudeExamples;
        }

        if (layers.Count > 0 && _examples.Min() >= _minExamples)
        {
            Smallest = _sums.Select((sum, l) => (Layer: l, Magnitude: sum / _examples[l])).MinBy(layer => layer.Magnitude);
            Array.Clear(_sums);
            Array.Clear(_examples);
        }
    }
}
