namespace DistSgd.Reports.Charts;

/// <summary>A function of two coordinates on a grid.</summary>
/// <param name="X">Abscissas of the columns, ascending.</param>
/// <param name="Y">Ordinates of the rows, ascending.</param>
/// <param name="Values">Values, one array a row; NaN and infinities leave a hole.</param>
public sealed record GridField(IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<IReadOnlyList<double>> Values);

/// <summary>An arrow of a field of directions.</summary>
/// <param name="X">Abscissa of its foot.</param>
/// <param name="Y">Ordinate of its foot.</param>
/// <param name="DeltaX">Its extent along the abscissa, in units of the axis.</param>
/// <param name="DeltaY">Its extent along the ordinate, in units of the axis.</param>
public readonly record struct Arrow(double X, double Y, double DeltaX, double DeltaY);

/// <summary>Lines of equal height, with paths, points and a field of directions drawn over them.</summary>
public sealed record ContourChart : Chart
{
    /// <summary>The horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>The vertical axis.</summary>
    public required Axis Y { get; init; }

    /// <summary>The heights.</summary>
    public required GridField Field { get; init; }

    /// <summary>What the heights measure.</summary>
    public required string ValueLabel { get; init; }

    /// <summary>True to space the lines by the logarithm of the height above the lowest one, for landscapes that rise steeply.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Paths over the landscape.</summary>
    public IReadOnlyList<Curve> Paths { get; init; } = [];

    /// <summary>Points with a text.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];

    /// <summary>Directions, for instance of steepest descent.</summary>
    public IReadOnlyList<Arrow> Arrows { get; init; } = [];
}

/// <summary>A grid of coloured cells.</summary>
public sealed record HeatMap : Chart
{
    /// <summary>The horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>The vertical axis.</summary>
    public required Axis Y { get; init; }

    /// <summary>The values.</summary>
    public required GridField Field { get; init; }

    /// <summary>What the values measure.</summary>
    public required string ValueLabel { get; init; }
}

/// <summary>A landscape in three dimensions that can be turned.</summary>
public sealed record SurfaceChart : Chart
{
    /// <summary>The first horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>The second horizontal axis.</summary>
    public required Axis Y { get; init; }

    /// <summary>The vertical axis.</summary>
    public required Axis Z { get; init; }

    /// <summary>The heights.</summary>
    public required GridField Field { get; init; }

    /// <summary>Paths on the surface.</summary>
    public IReadOnlyList<SpaceCurve> Paths { get; init; } = [];
}

/// <summary>A named path in space.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">First coordinates.</param>
/// <param name="Y">Second coordinates, as many.</param>
/// <param name="Z">Heights, as many.</param>
public sealed record SpaceCurve(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, IReadOnlyList<double> Z);
