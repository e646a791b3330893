using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>How far the loss rises near a point: over a box in proportion to the parameters, and along the gradient on a ball.</summary>
/// <param name="parameters">The point.</param>
/// <param name="settings">Size of the box and of the ball.</param>
public sealed class Sharpness(AlignedVector parameters, SharpnessSettings settings)
{
    /// <summary>Loss at the point.</summary>
    public double Loss { get; private set; }

    /// <summary>Highest loss found in the box |zᵢ| ≤ ε(|θᵢ| + 1).</summary>
    public double LossInBox { get; private set; }

    /// <summary>Loss at θ + ρ g/‖g‖ (Foret et al. 2021).</summary>
    public double LossOnBall { get; private set; }

    /// <summary>Keskar's measure: 100 · (largest loss in the box − loss) / (1 + loss) (Keskar et al. 2017, metric 2.1 in the full space).</summary>
    public double Keskar => 100 * (LossInBox - Loss) / (1 + Loss);

    /// <summary>SAM's measure: loss on the ball − loss.</summary>
    public double Sam => LossOnBall - Loss;

    /// <summary>Climbs in the box and steps onto the ball.</summary>
    /// <remarks>
    /// The box is climbed corner by corner: from each corner to the one that the gradient there points to, which for a convex loss never
    /// descends (Frank and Wolfe 1956). The best loss that was met counts, so the measure is a lower bound of the maximum.
    /// </remarks>
    /// <returns>The gradients and losses that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        var gradient = new AlignedVector(parameters.Length);
        var start = new GradientRequest(parameters, gradient);
        yield return start;
        Loss = LossInBox = start.Loss;
        foreach (CurvatureRequest request in StepOntoBall(gradient))
        {
            yield return request;
        }

        var corner = new AlignedVector(parameters.Length);
        for (int iteration = 0; iteration < settings.BoxIterations; iteration++)
        {
            bool moved = MoveToCorner(gradient, corner);
            if (!moved)
            {
                break;
            }

            var there = new GradientRequest(corner, gradient);
            yield return there;
            LossInBox = Math.Max(LossInBox, there.Loss);
        }
    }

    private IEnumerable<CurvatureRequest> StepOntoBall(AlignedVector gradient)
    {
        double norm = FlatVectors.Norm(gradient);
        var ball = new LossRequest(parameters, [gradient], [[norm > 0 ? settings.BallRadius / norm : 0]]);
        yield return ball;
        LossOnBall = ball.Loss;
    }

    /// <summary>Sets the corner that the gradient points to; false if it is the present one.</summary>
    private bool MoveToCorner(AlignedVector gradient, AlignedVector corner)
    {
        Span<float> theta = parameters.Span, slope = gradient.Span, element = corner.Span;
        bool moved = false;
        for (int i = 0; i < element.Length; i++)
        {
            float reach = (float)settings.BoxSize * (Math.Abs(theta[i]) + 1);
            float chosen = slope[i] > 0 ? theta[i] + reach : slope[i] < 0 ? theta[i] - reach : theta[i];
            moved |= chosen != element[i];
            element[i] = chosen;
        }

        return moved;
    }
}

/// <summary>How far <see cref="Sharpness"/> looks.</summary>
/// <param name="BoxSize">ε of the box; Keskar et al. use 0.001 and 0.0005.</param>
/// <param name="BoxIterations">Corners visited at most.</param>
/// <param name="BallRadius">ρ of the ball; Foret et al. use 0.05.</param>
public sealed record SharpnessSettings(double BoxSize = 1e-3, int BoxIterations = 10, double BallRadius = 0.05);
