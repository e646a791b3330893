using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;

namespace DistSgd.Training.Server.Probes;

/// <summary>
/// Looks at the curvature where the loss stands still: gradient, extreme eigenvalues of the Hessian, and, where it is to leave a saddle, how
/// far to go along the most negative one.
/// </summary>
/// <remarks>
/// At most <see cref="MaxProducts"/> Hessian-vector products over <see cref="ExamplesMax"/> examples, each about two gradients over them: a few
/// epochs' time on MNIST, which is why it is off unless asked for. Between the products the server keeps as many vectors of the model's size.
/// </remarks>
internal sealed class PlateauProbe
{
    /// <summary>Examples that are looked at, spread over the shards.</summary>
    public const int ExamplesMax = 2048;

    /// <summary>Largest number of Hessian-vector products.</summary>
    public const int MaxProducts = 40;

    /// <summary>The first move along the negative curvature that is tried lowers the loss by this share, if the curvature were all.</summary>
    private const double FirstFall = 0.01;

    private static readonly double[] Moves = [-16, -4, -1, -0.25, 0.25, 1, 4, 16];

    private readonly TrainingTask _task;
    private readonly ParameterServer _server;
    private readonly ExtremeEigenvalues _eigenvalues;
    private readonly AlignedVector _gradient;
    private readonly bool _moves;
    private readonly DateTimeOffset _started;
    private double _gradientNorm;
    private double _loss;

    /// <summary>Prepares the examination of the present parameters.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="server">The parameters.</param>
    /// <param name="moves">Whether to look for a way down from a saddle.</param>
    /// <param name="now">The present time.</param>
    public PlateauProbe(TrainingTask task, ParameterServer server, bool moves, DateTimeOffset now)
    {
        _task = task;
        _server = server;
        _moves = moves;
        _started = now;
        _gradient = new AlignedVector(server.Layout.Length);
        _eigenvalues = new ExtremeEigenvalues(
            server.Layout, server.Parameters, new ExtremeSettings(Tolerance: 1e-2, MaxSteps: MaxProducts, Seed: task.Seed));
    }

    /// <summary>Number of training examples that take part.</summary>
    public int Examples => Math.Min(ExamplesMax, _task.Data.Count(DataPart.Training));

    /// <summary>The verdict; null if loss, gradient or a product was not finite.</summary>
    public CurvatureVerdict? Verdict { get; private set; }

    /// <summary>The way down: a direction of norm 1 and how far to go; null if there is none.</summary>
    public (AlignedVector Direction, double Distance)? WayDown { get; private set; }

    /// <summary>Runs the examination.</summary>
    /// <returns>What it needs of the workers.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        var start = new GradientRequest(_server.Parameters, _gradient);
        yield return start;
        _loss = start.Loss;
        _gradientNorm = FlatVectors.Norm(_gradient);
        if (!double.IsFinite(_loss) || !double.IsFinite(_gradientNorm))
        {
            yield break;
        }

        foreach (CurvatureRequest request in _eigenvalues.Requests())
        {
            yield return request;
        }

        if (!_eigenvalues.IsFinite)
        {
            yield break;
        }

        EigenPair smallest = _eigenvalues.Smallest[0];
        Verdict = CurvatureVerdict.Judge(_gradientNorm, _eigenvalues.Largest[0], smallest);
        if (_moves && smallest.Value < -Verdict.Zero)
        {
            double unit = Math.Sqrt(2 * FirstFall * Math.Abs(_loss) / -smallest.Value);
            double[][] distances = [.. Moves.Select(move => new[] { move * unit })];
            var tried = new LossRequest(_server.Parameters, [smallest.Vector], distances);
            yield return tried;
            int best = Array.IndexOf(tried.Losses, tried.Losses.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min());
            WayDown = best >= 0 && tried.Losses[best] < _loss ? (smallest.Vector, distances[best][0]) : null;
        }
    }

    /// <summary>Writes the verdict, if there is one.</summary>
    /// <param name="context">The context of the server.</param>
    public void Emit(IActorContext context)
    {
        if (Verdict is { } verdict)
        {
            context.Emit(new Diagnosis
            {
                Time = context.Now,
                Step = _server.Step,
                Epoch = _server.Epoch,
                Verdict = verdict.Kind switch
                {
                    PointKind.Saddle or PointKind.Maximum => DiagnosisVerdicts.Saddle,
                    PointKind.Minimum => DiagnosisVerdicts.Minimum,
                    PointKind.Flat => DiagnosisVerdicts.Flat,
                    _ => DiagnosisVerdicts.Uncertain,
                },
                Loss = _loss,
                GradientNorm = verdict.GradientNorm,
                LargestEigenvalue = verdict.Largest,
                SmallestEigenvalue = verdict.Smallest,
                Zero = verdict.Zero,
                Examples = Examples,
                Products = _eigenvalues.Steps,
                Seconds = (context.Now - _started).TotalSeconds,
            });
        }
    }
}
