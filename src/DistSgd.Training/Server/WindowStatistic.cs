namespace DistSgd.Training.Server;

/// <summary>Count, mean, extremes of a quantity, and the step of its maximum; NaN while empty.</summary>
internal struct WindowStatistic
{
    private double _sum;
    private double _min;
    private double _max;
    private long _maxStep;

    public int Count { get; private set; }

    public readonly double Mean => _sum / Count;

    public readonly double Min => Count == 0 ? double.NaN : _min;

    public readonly double Max => Count == 0 ? double.NaN : _max;

    public readonly long? MaxStep => Count == 0 ? null : _maxStep;

    public bool Add(double value, long step)
    {
        bool isMaximum = Count == 0 || value > _max;
        if (isMaximum)
        {
            _max = value;
            _maxStep = step;
        }

        _min = Count == 0 ? value : Math.Min(_min, value);
        _sum += value;
        Count++;
        return isMaximum;
    }
}
