namespace DistSgd.Reports.Charts;

/// <summary>A chart of a report.</summary>
public abstract record Chart
{
    /// <summary>Title above the chart.</summary>
    public required string Title { get; init; }

    /// <summary>What the chart shows, for somebody who does not see it.</summary>
    public required string Description { get; init; }

    /// <summary>Places along the horizontal axis where something happened, drawn as numbered lines across curves and heat maps.</summary>
    public IReadOnlyList<Moment> Moments { get; init; } = [];
}

/// <summary>Something that happened at a place of the horizontal axis.</summary>
/// <param name="Number">Its number, the same on every chart of the page.</param>
/// <param name="X">Where.</param>
/// <param name="Text">What.</param>
public sealed record Moment(int Number, double X, string Text);

/// <summary>An axis of a chart.</summary>
/// <param name="Label">What it measures, with its unit.</param>
public sealed record Axis(string Label)
{
    /// <summary>True for a logarithmic axis; values of 0 and below are not shown on it.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Lowest value shown; null to fit the data.</summary>
    public double? Minimum { get; init; }

    /// <summary>Highest value shown; null to fit the data.</summary>
    public double? Maximum { get; init; }
}

/// <summary>How a curve is drawn.</summary>
public enum CurveStyle
{
    /// <summary>A line.</summary>
    Line,

    /// <summary>A dashed line: theory, a bound, something to compare with.</summary>
    Dashed,

    /// <summary>A line with a marker at every point: a path, or few measurements.</summary>
    LineAndMarkers,

    /// <summary>Markers alone.</summary>
    Markers,
}

/// <summary>A named sequence of points.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">Abscissas.</param>
/// <param name="Y">Ordinates, as many; NaN and infinities leave a gap.</param>
public sealed record Curve(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>How it is drawn.</summary>
    public CurveStyle Style { get; init; }

    /// <summary>Height above and below each point that is uncertain; null if nothing is.</summary>
    public IReadOnlyList<double>? Errors { get; init; }
}

/// <summary>A point with a text beside it.</summary>
/// <param name="X">Abscissa.</param>
/// <param name="Y">Ordinate.</param>
/// <param name="Text">The text.</param>
public sealed record Mark(double X, double Y, string Text);

/// <summary>Curves over two axes.</summary>
public sealed record LineChart : Chart
{
    /// <summary>The horizontal axis.</summary>
    public required Axis X { get; init; }

    /// <summary>The vertical axis.</summary>
    public required Axis Y { get; init; }

    /// <summary>The curves.</summary>
    public required IReadOnlyList<Curve> Curves { get; init; }

    /// <summary>Points with a text.</summary>
    public IReadOnlyList<Mark> Marks { get; init; } = [];
}
