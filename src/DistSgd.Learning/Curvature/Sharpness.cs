using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>How far the loss rises near a point: over a box in proportion to the parameters, and on a ball.</summary>
/// <param name="parameters">The point.</param>
/// <param name="settings">Size of the box and of the ball.</param>
public sealed class Sharpness(AlignedVector parameters, SharpnessSettings settings)
{
    /// <summary>Climbs in the box: along the gradient, and both ways along the direction of largest curvature.</summary>
    private const int Climbs = 3;

    /// <summary>Loss at the point.</summary>
    public double Loss { get; private set; }

    /// <summary>Highest loss found in the box |zᵢ| ≤ ε(|θᵢ| + 1).</summary>
    public double LossInBox { get; private set; }

    /// <summary>
    /// Loss at θ + ρ g/‖g‖ (Foret et al. 2021). At a critical point, where the gradient tells no direction, the highest of that and of the
    /// two points θ ± ρv of the direction v of largest curvature.
    /// </summary>
    public double LossOnBall { get; private set; }

    /// <summary>Keskar's measure: 100 · (largest loss in the box − loss) / (1 + loss) (Keskar et al. 2017, metric 2.1 in the full space).</summary>
    public double Keskar => 100 * (LossInBox - Loss) / (1 + Loss);

    /// <summary>SAM's measure: loss on the ball − loss.</summary>
    public double Sam => LossOnBall - Loss;

    /// <summary>Requests that the measures take at most.</summary>
    public int MostRequests => 2 + (Climbs * settings.BoxIterations);

    /// <summary>Steps onto the ball and climbs in the box.</summary>
    /// <remarks>
    /// The box is climbed corner by corner: from each corner to the one that the gradient there points to, which for a convex loss never
    /// descends (Frank and Wolfe 1956). The best loss that was met counts, so the measure is a lower bound of the maximum.
    /// </remarks>
    /// <param name="steepest">The direction of largest curvature, of norm 1.</param>
    /// <returns>The gradients and losses that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests(AlignedVector steepest)
    {
        ArgumentNullException.ThrowIfNull(steepest);
        var gradient = new AlignedVector(parameters.Length);
        var start = new GradientRequest(parameters, gradient);
        yield return start;
        Loss = LossInBox = start.Loss;

        var ball = new LossRequest(parameters, [gradient, steepest], OnBall(FlatVectors.Norm(gradient)));
        yield return ball;
        LossOnBall = ball.Losses.Max();

        AlignedVector opposite = FlatVectors.Copy(steepest);
        FlatVectors.Scale(opposite, -1);
        foreach (CurvatureRequest request in new[] { gradient, FlatVectors.Copy(steepest), opposite }.SelectMany(Climb))
        {
            yield return request;
        }
    }

    private double[][] OnBall(double gradientNorm)
    {
        var points = new List<double[]>();
        if (gradientNorm > 0)
        {
            points.Add([settings.BallRadius / gradientNorm, 0]);
        }

        if (gradientNorm <= CurvatureVerdict.CriticalGradientNorm)
        {
            points.AddRange([[0, settings.BallRadius], [0, -settings.BallRadius]]);
        }

        return [.. points];
    }

    /// <summary>Climbs from the corner that a slope points to; the slope is overwritten by gradients.</summary>
    private IEnumerable<CurvatureRequest> Climb(AlignedVector slope)
    {
        var corner = new AlignedVector(parameters.Length);
        for (int iteration = 0; iteration < settings.BoxIterations && MoveToCorner(slope, corner); iteration++)
        {
            var there = new GradientRequest(corner, slope);
            yield return there;
            LossInBox = Math.Max(LossInBox, there.Loss);
        }
    }

    /// <summary>Sets the corner that the slope points to; false if it is the present one, or the slope points nowhere.</summary>
    private bool MoveToCorner(AlignedVector slope, AlignedVector corner)
    {
        Span<float> theta = parameters.Span, s = slope.Span, element = corner.Span;
        bool moved = false;
        for (int i = 0; i < element.Length; i++)
        {
            float reach = (float)settings.BoxSize * (Math.Abs(theta[i]) + 1);
            float chosen = s[i] > 0 ? theta[i] + reach : s[i] < 0 ? theta[i] - reach : theta[i];
            moved |= chosen != element[i] && s[i] != 0;
            element[i] = chosen;
        }

        return moved;
    }
}

/// <summary>How far <see cref="Sharpness"/> looks.</summary>
/// <param name="BoxSize">ε of the box; Keskar et al. use 0.001 and 0.0005.</param>
/// <param name="BoxIterations">Corners visited by each climb at most.</param>
/// <param name="BallRadius">ρ of the ball; Foret et al. use 0.05.</param>
public sealed record SharpnessSettings(double BoxSize = 1e-3, int BoxIterations = 10, double BallRadius = 0.05);
