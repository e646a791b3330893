using DistSgd.Numerics;
using DistSgd.Numerics.Random;
using MathNet.Numerics.Distributions;

namespace DistSgd.Studies.Statistics;

/// <summary>
/// The trade of steps S against examples E = SB at a given target, 1 = E_min/E + S_min/S (McCandlish et al. 2018), which is S = S_min + E_min/B.
/// </summary>
/// <remarks>
/// Least squares of log S, so that every batch counts alike, by Gauss and Newton with damping. The intervals are of a bootstrap over the residuals: they hold the
/// spread of the seeds as well as what the law itself does not fit, and have a twentieth outside.
/// </remarks>
/// <param name="MinSteps">S_min: steps that no batch falls below.</param>
/// <param name="MinExamples">E_min: examples that no batch falls below.</param>
public sealed record ScalingFit(double MinSteps, double MinExamples)
{
    /// <summary>Batches that a fit needs at least: two numbers are fitted, and what is left must show how well.</summary>
    public const int FewestBatches = 4;

    private const int Resamples = 2_000;
    private const int Iterations = 100;

    /// <summary>B_crit = E_min/S_min: there a run takes twice the least steps and twice the least examples.</summary>
    public double CriticalBatch => MinExamples / MinSteps;

    /// <summary>95 % interval of <see cref="MinSteps"/>.</summary>
    public (double Low, double High) MinStepsInterval { get; private init; }

    /// <summary>95 % interval of <see cref="MinExamples"/>.</summary>
    public (double Low, double High) MinExamplesInterval { get; private init; }

    /// <summary>95 % interval of <see cref="CriticalBatch"/>.</summary>
    public (double Low, double High) CriticalBatchInterval { get; private init; }

    /// <summary>Root of the mean square of the residuals of log S: about the relative error of a step count.</summary>
    public double RelativeError { get; private init; }

    /// <summary>Steps that the law predicts.</summary>
    /// <param name="batch">Batch size.</param>
    /// <returns>S_min + E_min/B.</returns>
    public double StepsAt(double batch) => MinSteps + (MinExamples / batch);

    /// <summary>Slope of log S against log B: −1 in perfect scaling, 0 at maximal parallelism.</summary>
    /// <param name="batch">Batch size.</param>
    /// <returns>−1/(1 + B/B_crit).</returns>
    public double SlopeAt(double batch) => -1 / (1 + (batch / CriticalBatch));

    /// <summary>Fits measured steps.</summary>
    /// <param name="batches">Batch sizes, ascending.</param>
    /// <param name="steps">Steps of each, above 0.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <returns>The fit; null with fewer than <see cref="FewestBatches"/> batches.</returns>
    public static ScalingFit? Of(IReadOnlyList<double> batches, IReadOnlyList<double> steps, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(steps);
        if (batches.Count < FewestBatches)
        {
            return null;
        }

        double[] logs = [.. steps.Select(PortableMath.Log)];
        ScalingFit best = Solve(batches, logs);
        double[] fitted = [.. batches.Select(batch => PortableMath.Log(best.StepsAt(batch)))];

        // Two numbers were fitted, so the residuals are a little too small; and few of them know their own spread badly (Student's t).
        double widen = Math.Sqrt((double)batches.Count / (batches.Count - 2)) * StudentT.InvCDF(0, 1, batches.Count - 2, 0.975) / Normal.InvCDF(0, 1, 0.975);
        double[] residuals = [.. logs.Zip(fitted, (log, fit) => (log - fit) * widen)];
        var random = new RandomStream(seed, StreamPurpose.Study, 1);
        ScalingFit[] resampled =
        [
            .. Enumerable.Range(0, Resamples).Select(_ =>
                Solve(batches, [.. fitted.Select(fit => fit + residuals[random.NextInt(residuals.Length)])])),
        ];
        return best with
        {
            MinStepsInterval = Interval(resampled, fit => fit.MinSteps),
            MinExamplesInterval = Interval(resampled, fit => fit.MinExamples),
            CriticalBatchInterval = Interval(resampled, fit => fit.CriticalBatch),
            RelativeError = Math.Sqrt(logs.Zip(fitted, (log, fit) => (log - fit) * (log - fit)).Average()),
        };
    }

    /// <summary>Least squares in the logarithms of S_min and E_min, which keeps both above 0.</summary>
    private static ScalingFit Solve(IReadOnlyList<double> batches, double[] logs)
    {
        // From above: the least steps and examples that were seen are too large.
        double u = logs.Min(), v = logs.Zip(batches, (log, batch) => log + PortableMath.Log(batch)).Min(), damping = 1e-3;
        double error = SquaredError(u, v);
        for (int i = 0; i < Iterations; i++)
        {
            double a = Math.Exp(u), e = Math.Exp(v), uu = 0, uv = 0, vv = 0, gu = 0, gv = 0;
            for (int k = 0; k < logs.Length; k++)
            {
                double model = a + (e / batches[k]), residual = logs[k] - PortableMath.Log(model), du = a / model, dv = 1 - du;
                uu += du * du;
                uv += du * dv;
                vv += dv * dv;
                gu += du * residual;
                gv += dv * residual;
            }

            double m = uu * (1 + damping) + 1e-12, n = (vv * (1 + damping)) + 1e-12, determinant = (m * n) - (uv * uv);
            double stepU = Math.Clamp(((n * gu) - (uv * gv)) / determinant, -1, 1), stepV = Math.Clamp(((m * gv) - (uv * gu)) / determinant, -1, 1);
            double next = SquaredError(u + stepU, v + stepV);
            bool isBetter = next <= error;
            damping = isBetter ? damping / 3 : damping * 4;
            if (isBetter)
            {
                (u, v) = (u + stepU, v + stepV);
                bool isDone = error - next <= 1e-14 * error;
                error = next;
                if (isDone)
                {
                    break;
                }
            }
        }

        return new ScalingFit(Math.Exp(u), Math.Exp(v));

        double SquaredError(double logSteps, double logExamples)
        {
            double sum = 0;
            for (int k = 0; k < logs.Length; k++)
            {
                double residual = logs[k] - PortableMath.Log(Math.Exp(logSteps) + (Math.Exp(logExamples) / batches[k]));
                sum += residual * residual;
            }

            return sum;
        }
    }

    private static (double Low, double High) Interval(ScalingFit[] fits, Func<ScalingFit, double> number)
    {
        double[] sorted = [.. fits.Select(number).Order()];
        return (sorted[(int)(0.025 * sorted.Length)], sorted[(int)(0.975 * sorted.Length)]);
    }
}
