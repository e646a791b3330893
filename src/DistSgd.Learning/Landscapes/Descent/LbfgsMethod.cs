namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>L-BFGS: Newton's step with an inverse Hessian made from the last changes of point and gradient (Nocedal 1980).</summary>
/// <remarks>Each step ends on the weak Wolfe conditions, which make yᵀs positive; a pair without that is left out.</remarks>
internal sealed class LbfgsMethod(Landscape landscape) : IDescentMethod
{
    private const int Memory = 10;

    private readonly List<(double[] Step, double[] Change)> _pairs = [];
    private double[]? _lastPoint;
    private double[]? _lastGradient;

    public double[]? Next(double[] point, double[] gradient, int step)
    {
        Remember(point, gradient);
        double[] direction = Direction(gradient);
        double[]? next = LineSearch.Along(landscape, point, gradient, direction);
        if (next is null && _pairs.Count > 0)
        {
            // With noise or at the end of precision old pairs mislead; steepest descent is the honest restart.
            _pairs.Clear();
            next = LineSearch.Along(landscape, point, gradient, Direction(gradient));
        }

        _lastPoint = point;
        _lastGradient = gradient;
        return next;
    }

    private void Remember(double[] point, double[] gradient)
    {
        if (_lastPoint is null || _lastGradient is null)
        {
            return;
        }

        double[] s = VectorMath.Along(point, -1, _lastPoint);
        double[] y = VectorMath.Along(gradient, -1, _lastGradient);
        if (VectorMath.Dot(s, y) > 1e-12 * VectorMath.Norm(s) * VectorMath.Norm(y))
        {
            _pairs.Add((s, y));
            if (_pairs.Count > Memory)
            {
                _pairs.RemoveAt(0);
            }
        }
    }

    private double[] Direction(double[] gradient)
    {
        double[] q = [.. gradient];
        var weights = new double[_pairs.Count];
        for (int k = _pairs.Count - 1; k >= 0; k--)
        {
            (double[] s, double[] y) = _pairs[k];
            weights[k] = VectorMath.Dot(s, q) / VectorMath.Dot(s, y);
            q = VectorMath.Along(q, -weights[k], y);
        }

        // Before anything is known of the curvature, a first step of length at most 1.
        double scale = _pairs.Count == 0
            ? 1 / Math.Max(1, VectorMath.Norm(gradient))
            : VectorMath.Dot(_pairs[^1].Step, _pairs[^1].Change) / VectorMath.Dot(_pairs[^1].Change, _pairs[^1].Change);
        double[] r = [.. q.Select(element => scale * element)];
        for (int k = 0; k < _pairs.Count; k++)
        {
            (double[] s, double[] y) = _pairs[k];
            r = VectorMath.Along(r, weights[k] - (VectorMath.Dot(y, r) / VectorMath.Dot(s, y)), s);
        }

        return [.. r.Select(element => -element)];
    }
}
