namespace DistSgd.Learning.Landscapes;

/// <summary>A closed interval of one coordinate.</summary>
/// <param name="Minimum">Lower end.</param>
/// <param name="Maximum">Upper end, above the lower one.</param>
public readonly record struct Interval(double Minimum, double Maximum)
{
    /// <summary>Distance between the ends.</summary>
    public double Width => Maximum - Minimum;

    /// <summary>Whether a coordinate lies in the interval, its ends included.</summary>
    /// <param name="coordinate">The coordinate.</param>
    /// <returns>True if it does.</returns>
    public bool Contains(double coordinate) => coordinate >= Minimum && coordinate <= Maximum;

    /// <summary>Evenly spaced coordinates from the lower to the upper end.</summary>
    /// <param name="count">How many, at least 2.</param>
    /// <returns>The coordinates, ascending; the ends are exact.</returns>
    public double[] Grid(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var grid = new double[count];
        for (int i = 0; i < count; i++)
        {
            grid[i] = Minimum + (Width * i / (count - 1));
        }

        grid[^1] = Maximum;
        return grid;
    }
}
