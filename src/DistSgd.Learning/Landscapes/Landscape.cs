namespace DistSgd.Learning.Landscapes;

/// <summary>A function of few variables with its exact gradient and Hessian, in double precision, to study optimizers on.</summary>
/// <remarks>Pure: the same point always gives the same bits, on every machine.</remarks>
public sealed class Landscape
{
    private readonly Func<double[], double> _value;
    private readonly Func<double[], double[]> _gradient;
    private readonly Func<double[], double[,]> _hessian;

    /// <summary>Creates a landscape of any dimension.</summary>
    /// <param name="name">Its name on the command line, in kebab-case.</param>
    /// <param name="formula">Its formula for people.</param>
    /// <param name="domain">The box that plots, starts and searches use, one interval a coordinate.</param>
    /// <param name="value">f, also outside the box; NaN where it is not defined.</param>
    /// <param name="gradient">∇f.</param>
    /// <param name="hessian">The matrix of second derivatives, symmetric.</param>
    public Landscape(
        string name,
        string formula,
        IReadOnlyList<Interval> domain,
        Func<double[], double> value,
        Func<double[], double[]> gradient,
        Func<double[], double[,]> hessian)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Name = name;
        Formula = formula;
        Domain = domain;
        _value = value;
        _gradient = gradient;
        _hessian = hessian;
    }

    /// <summary>Its name on the command line, in kebab-case.</summary>
    public string Name { get; }

    /// <summary>Its formula for people.</summary>
    public string Formula { get; }

    /// <summary>What it is good for, in one line.</summary>
    public string About { get; init; } = "";

    /// <summary>The box that plots, starts and searches use, one interval a coordinate; the function goes on beyond it.</summary>
    public IReadOnlyList<Interval> Domain { get; }

    /// <summary>Number of variables.</summary>
    public int Dimension => Domain.Count;

    /// <summary>Critical points that are known exactly or to all digits; empty where there is none or nobody wrote them down.</summary>
    public IReadOnlyList<KnownCriticalPoint> KnownCriticalPoints { get; init; } = [];

    /// <summary>Starts that show what the function is good for.</summary>
    public IReadOnlyList<double[]> Starts { get; init; } = [];

    /// <summary>A learning rate η at which plain descent works from the starts.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Creates a landscape of one variable.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="formula">Its formula for people.</param>
    /// <param name="domain">The interval of plots, starts and searches.</param>
    /// <param name="value">f.</param>
    /// <param name="first">f′.</param>
    /// <param name="second">f″.</param>
    /// <param name="about">What it is good for.</param>
    /// <param name="learningRate">A learning rate at which plain descent works.</param>
    /// <param name="starts">Starts that show what it is good for.</param>
    /// <param name="known">Critical points that are known.</param>
    /// <returns>The landscape.</returns>
    public static Landscape Of(
        string name,
        string formula,
        Interval domain,
        Func<double, double> value,
        Func<double, double> first,
        Func<double, double> second,
        string about,
        double learningRate,
        double[] starts,
        params KnownCriticalPoint[] known) =>
        new(
            name,
            formula,
            [domain],
            point => value(point[0]),
            point => [first(point[0])],
            point => new[,] { { second(point[0]) } })
        {
            About = about,
            LearningRate = learningRate,
            Starts = [.. starts.Select(start => new[] { start })],
            KnownCriticalPoints = known,
        };

    /// <summary>Creates a landscape of two variables.</summary>
    /// <param name="name">Its name on the command line.</param>
    /// <param name="formula">Its formula for people.</param>
    /// <param name="x">The interval of the first variable.</param>
    /// <param name="y">The interval of the second variable.</param>
    /// <param name="value">f.</param>
    /// <param name="gradient">∂f/∂x and ∂f/∂y.</param>
    /// <param name="hessian">∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y².</param>
    /// <param name="about">What it is good for.</param>
    /// <param name="learningRate">A learning rate at which plain descent works.</param>
    /// <param name="starts">Starts that show what it is good for.</param>
    /// <param name="known">Critical points that are known.</param>
    /// <returns>The landscape.</returns>
    public static Landscape Of(
        string name,
        string formula,
        Interval x,
        Interval y,
        Func<double, double, double> value,
        Func<double, double, (double X, double Y)> gradient,
        Func<double, double, (double XX, double XY, double YY)> hessian,
        string about,
        double learningRate,
        double[][] starts,
        params KnownCriticalPoint[] known) =>
        new(
            name,
            formula,
            [x, y],
            point => value(point[0], point[1]),
            point =>
            {
                (double gx, double gy) = gradient(point[0], point[1]);
                return [gx, gy];
            },
            point =>
            {
                (double xx, double xy, double yy) = hessian(point[0], point[1]);
                return new[,] { { xx, xy }, { xy, yy } };
            })
        {
            About = about,
            LearningRate = learningRate,
            Starts = starts,
            KnownCriticalPoints = known,
        };

    /// <summary>The height of a point.</summary>
    /// <param name="point">One coordinate a dimension.</param>
    /// <returns>f; infinite or NaN where it overflows or is not defined.</returns>
    public double Value(double[] point) => _value(OfDimension(point));

    /// <summary>The exact gradient in a point.</summary>
    /// <param name="point">One coordinate a dimension.</param>
    /// <returns>∇f, a new array.</returns>
    public double[] Gradient(double[] point) => _gradient(OfDimension(point));

    /// <summary>The exact matrix of second derivatives in a point.</summary>
    /// <param name="point">One coordinate a dimension.</param>
    /// <returns>The Hessian, a new symmetric matrix.</returns>
    public double[,] Hessian(double[] point) => _hessian(OfDimension(point));

    /// <summary>Whether a point lies in the box, its border included.</summary>
    /// <param name="point">One coordinate a dimension.</param>
    /// <returns>True if it does.</returns>
    public bool Contains(double[] point)
    {
        OfDimension(point);
        for (int i = 0; i < point.Length; i++)
        {
            if (!Domain[i].Contains(point[i]))
            {
                return false;
            }
        }

        return true;
    }

    private double[] OfDimension(double[] point)
    {
        ArgumentNullException.ThrowIfNull(point);
        return point.Length == Dimension
            ? point
            : throw new ArgumentException($"The point has {point.Length} coordinates; {Name} has {Dimension}.", nameof(point));
    }
}

/// <summary>A critical point that somebody worked out on paper.</summary>
/// <param name="Point">Its coordinates.</param>
/// <param name="Kind">What it is.</param>
public sealed record KnownCriticalPoint(IReadOnlyList<double> Point, CriticalPointKind Kind)
{
    /// <summary>A minimum.</summary>
    /// <param name="point">Its coordinates.</param>
    /// <returns>The point.</returns>
    public static KnownCriticalPoint Minimum(params double[] point) => new(point, CriticalPointKind.Minimum);

    /// <summary>A maximum.</summary>
    /// <param name="point">Its coordinates.</param>
    /// <returns>The point.</returns>
    public static KnownCriticalPoint Maximum(params double[] point) => new(point, CriticalPointKind.Maximum);

    /// <summary>A saddle point.</summary>
    /// <param name="point">Its coordinates.</param>
    /// <returns>The point.</returns>
    public static KnownCriticalPoint Saddle(params double[] point) => new(point, CriticalPointKind.Saddle);

    /// <summary>A point whose second derivatives do not tell what it is.</summary>
    /// <param name="point">Its coordinates.</param>
    /// <returns>The point.</returns>
    public static KnownCriticalPoint Degenerate(params double[] point) => new(point, CriticalPointKind.Degenerate);
}
