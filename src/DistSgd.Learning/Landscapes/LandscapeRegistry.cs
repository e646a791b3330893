using System.Globalization;
using DistSgd.Learning.Data;
using static DistSgd.Learning.Landscapes.KnownCriticalPoint;
using static DistSgd.Learning.Landscapes.ScalarFunctions;

namespace DistSgd.Learning.Landscapes;

/// <summary>The landscapes that have a name. To add one, add an entry: name, formula, box, f, ∇f, Hessian and its use.</summary>
/// <remarks>All but Rosenbrock's and Himmelblau's are those of the tutorials, in their form.</remarks>
public static class LandscapeRegistry
{
    /// <summary>κ of <c>quadratic</c> unless another is asked for.</summary>
    public const double DefaultConditionNumber = 10;

    /// <summary>Largest κ of <c>quadratic</c>: beyond it the smaller curvature is lost in the rounding of the larger one.</summary>
    public const double MostConditionNumber = 1e12;

    private const double Pi = Math.PI;

    /// <summary>All landscapes, in the order of their telling.</summary>
    public static IReadOnlyList<Landscape> All { get; } =
    [
        Landscape.Of(
            "quartic", "x⁴ + y⁴ − 4xy + 1", new(-2, 2), new(-2, 2),
            (x, y) => (x * x * x * x) + (y * y * y * y) - (4 * x * y) + 1,
            (x, y) => ((4 * x * x * x) - (4 * y), (4 * y * y * y) - (4 * x)),
            (x, y) => (12 * x * x, -4, 12 * y * y),
            "two equal minima with a saddle between them", 0.01, [[0.5, -0.5], [0.5, -0.4], [-1.5, 0.5]],
            Saddle(0, 0), Minimum(1, 1), Minimum(-1, -1)),
        Landscape.Of(
            "saddle", "x² − y²", new(-1, 1), new(-1, 1),
            (x, y) => (x * x) - (y * y),
            (x, y) => (2 * x, -2 * y),
            (_, _) => (2, 0, -2),
            "the plainest saddle: a minimum along x, a maximum along y", 0.01, [[0.8, 1e-3], [0.8, 0]],
            Saddle(0, 0)),
        Landscape.Of(
            "monkey-saddle", "x³ − 3xy²", new(-1.5, 1.5), new(-1.5, 1.5),
            (x, y) => (x * x * x) - (3 * x * y * y),
            (x, y) => ((3 * x * x) - (3 * y * y), -6 * x * y),
            (x, y) => (6 * x, -6 * y, -6 * x),
            "a saddle that the Hessian cannot see: three ways up and three down", 0.01, [[1, 0], [0.9, 0.5]],
            Degenerate(0, 0)),
        Landscape.Of(
            "rastrigin", "20 + x² − 10 cos 2πx + y² − 10 cos 2πy", new(-5.12, 5.12), new(-5.12, 5.12),
            (x, y) => 20 + ((x * x) - (10 * Cos(2 * Pi * x))) + ((y * y) - (10 * Cos(2 * Pi * y))),
            (x, y) => ((2 * x) + (20 * Pi * Sin(2 * Pi * x)), (2 * y) + (20 * Pi * Sin(2 * Pi * y))),
            (x, y) => (2 + (40 * Pi * Pi * Cos(2 * Pi * x)), 0, 2 + (40 * Pi * Pi * Cos(2 * Pi * y))),
            "many local minima on a wide bowl: where descent ends depends on where it starts", 0.001,
            [[0.1, 0.1], [1.5, 1.5], [-0.5, 2], [2.5, -1]],
            Minimum(0, 0)),
        Landscape.Of(
            "sphere", "x² + y²", new(-6, 6), new(-6, 6),
            (x, y) => (x * x) + (y * y),
            (x, y) => (2 * x, 2 * y),
            (_, _) => (2, 0, 2),
            "the roundest bowl: each step of descent shrinks the error by 1 − 2η", 0.1, [[5, 5]],
            Minimum(0, 0)),
        Quadratic(DefaultConditionNumber),
        Landscape.Of(
            "rosenbrock", "(1 − x)² + 100 (y − x²)²", new(-2, 2), new(-1, 3),
            (x, y) => ((1 - x) * (1 - x)) + (100 * (y - (x * x)) * (y - (x * x))),
            (x, y) => ((-2 * (1 - x)) - (400 * x * (y - (x * x))), 200 * (y - (x * x))),
            (x, y) => (2 - (400 * (y - (3 * x * x))), -400 * x, 200),
            "a narrow curved valley: easy to enter, slow to follow", 0.001, [[-1.2, 1]],
            Minimum(1, 1)),
        Landscape.Of(
            "himmelblau", "(x² + y − 11)² + (x + y² − 7)²", new(-6, 6), new(-6, 6),
            (x, y) => Square((x * x) + y - 11) + Square(x + (y * y) - 7),
            (x, y) => (
                (4 * x * ((x * x) + y - 11)) + (2 * (x + (y * y) - 7)),
                (2 * ((x * x) + y - 11)) + (4 * y * (x + (y * y) - 7))),
            (x, y) => ((12 * x * x) + (4 * y) - 42, (4 * x) + (4 * y), (12 * y * y) + (4 * x) - 26),
            "four minima of equal height", 0.005, [[0, 0], [-1, -1], [1, -3], [-4, 4]],
            Minimum(3, 2)),
        Landscape.Of(
            "parabola", "x² − 4x + 5", new(-1, 5),
            x => (x * x) - (4 * x) + 5,
            x => (2 * x) - 4,
            _ => 2,
            "one minimum, at x = 2", 0.1, [-1, 4.5],
            Minimum(2)),
        Landscape.Of(
            "double-well", "x⁴ − 4x² + 1", new(-2.25, 2.25),
            x => (x * x * x * x) - (4 * x * x) + 1,
            x => (4 * x * x * x) - (8 * x),
            x => (12 * x * x) - 8,
            "two minima with a maximum between them: the start decides", 0.01, [-0.1, 0.1, 2],
            Maximum(0), Minimum(Math.Sqrt(2)), Minimum(-Math.Sqrt(2))),
        Landscape.Of(
            "cubic", "x³", new(-2, 2),
            x => x * x * x,
            x => 3 * x * x,
            x => 6 * x,
            "the gradient vanishes at 0, which is no minimum: descent slows down, and leaves if it gets past", 0.01, [1, -0.1],
            Degenerate(0)),
        Landscape.Of(
            "exponential", "eˣ", new(-2, 2),
            Exp,
            Exp,
            Exp,
            "convex without a minimum: the gradient vanishes only at −∞", 0.1, [2]),
        Landscape.Of(
            "x-cos-pi-x", "x cos πx", new(-1, 2),
            Risk,
            x => Cos(Pi * x) - (Pi * x * Sin(Pi * x)),
            x => -(2 * Pi * Sin(Pi * x)) - (Pi * Pi * x * Cos(Pi * x)),
            "a local minimum beside the global one", 0.01, [-0.6, 0.2, 0.5, 1.5]),
        Landscape.Of(
            "empirical-risk", "x cos πx + 0.2 cos 5πx", new(0.5, 1.5),
            x => Risk(x) + (0.2 * Cos(5 * Pi * x)),
            x => Cos(Pi * x) - (Pi * x * Sin(Pi * x)) - (Pi * Sin(5 * Pi * x)),
            x => -(2 * Pi * Sin(Pi * x)) - (Pi * Pi * x * Cos(Pi * x)) - (5 * Pi * Pi * Cos(5 * Pi * x)),
            "the risk x cos πx as a finite sample shows it: its minimum lies elsewhere", 0.005, [0.55, 0.9, 1.25, 1.45]),
        Landscape.Of(
            "square", "x²", new(-10, 10),
            x => x * x,
            x => 2 * x,
            _ => 2,
            "each step of descent multiplies x by 1 − 2η", 0.1, [10, 5],
            Minimum(0)),
        Landscape.Of(
            "tanh", "tanh x", new(-2, 5),
            Tanh,
            x => 1 - Square(Tanh(x)),
            x => -2 * Tanh(x) * (1 - Square(Tanh(x))),
            "a plateau on either side: far from 0 the gradient vanishes though no minimum is near", 0.1, [4, 0.5]),
    ];

    /// <summary>The names of all landscapes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(landscape => landscape.Name)];

    /// <summary>The landscape of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The landscape.</returns>
    /// <exception cref="InputException">Nothing has the name.</exception>
    public static Landscape Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(landscape => landscape.Name == name)
            ?? throw new InputException($"landscape: '{name}' is unknown; expected one of {NearestNames.ListInOrder(name, Names)}.");
    }

    /// <summary>The quadratic ½(x² + κy²), whose Hessian has the eigenvalues 1 and κ.</summary>
    /// <param name="conditionNumber">κ, from 1 to <see cref="MostConditionNumber"/>.</param>
    /// <returns>The landscape.</returns>
    /// <exception cref="InputException">κ is not in that range.</exception>
    public static Landscape Quadratic(double conditionNumber)
    {
        if (!(conditionNumber is >= 1 and <= MostConditionNumber))
        {
            throw new InputException(string.Create(
                CultureInfo.InvariantCulture, $"condition number: found {conditionNumber}; expected a number from 1 to {MostConditionNumber:G4}."));
        }

        return Landscape.Of(
            "quadratic", string.Create(CultureInfo.InvariantCulture, $"½ (x² + {conditionNumber} y²)"), new(-10, 10), new(-10, 10),
            (x, y) => 0.5 * ((x * x) + (conditionNumber * y * y)),
            (x, y) => (x, conditionNumber * y),
            (_, _) => (1, 0, conditionNumber),
            "an elongated valley of a chosen condition number κ",
            1 / conditionNumber, // half the limit 2/κ of plain descent; Nesterov has a lower one
            [[9, 4]],
            Minimum(0, 0));
    }

    private static double Risk(double x) => x * Cos(Pi * x);

    private static double Square(double x) => x * x;
}
