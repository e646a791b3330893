using DistSgd.Learning;

namespace DistSgd.Simulation.Scale;

/// <summary>Fits a cost model on measured clusters of one machine, all at the same batch size.</summary>
/// <remarks>
/// <para>The processor times of the processes give most of it, because they do not depend on who waits for whom: a worker's program takes a fixed
/// time and one for each example, the server's a fixed time and one for each worker; what the system does on their behalf is copying, half of it
/// at sending and half at receiving. These are lines by least squares of relative errors.</para>
/// <para>How much of the server's fixed time a step waits for (its log is written by another thread), and how long waking up takes, is
/// what makes the simulated steps take as long as the measured ones: one of the two is fitted on the wall times, as they do nearly the same.</para>
/// </remarks>
public static class CostFit
{
    private const double LongestWakeUp = 1e-3;
    private const int Halvings = 40;

    /// <summary>Fits a model.</summary>
    /// <param name="measurements">Clusters of at least two sizes.</param>
    /// <param name="about">What was measured and where; its costs are replaced.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">The measurements do not suffice.</exception>
    public static CostModel Fit(IReadOnlyList<CostMeasurement> measurements, MeasuredRun about)
    {
        ArgumentNullException.ThrowIfNull(measurements);
        ArgumentNullException.ThrowIfNull(about);
        if (measurements.Select(one => one.Workers).Distinct().Count() < 2)
        {
            throw new InputException("A cost model needs clusters of at least two sizes.");
        }

        if (measurements.Any(one => one.Batch != measurements[0].Batch))
        {
            throw new InputException("A cost model is fitted on clusters of one batch size.");
        }

        (double workerFixed, double perExample) = Line(measurements, one => (double)one.Batch / one.Workers, one => one.WorkerUserSeconds);
        (double serverFixed, double perWorker) = Line(measurements, one => one.Workers, one => one.ServerUserSeconds);
        (double systemFixed, double systemPerWorker) = Line(measurements, one => one.Workers, one => one.ServerSystemSeconds);
        double workerCopy = measurements.Average(one => one.WorkerSystemSeconds) / 2;
        var model = new CostModel
        {
            Version = CostModel.CurrentVersion,
            Run = about.Name,
            Processor = about.Processor,
            Cores = about.Cores,
            MessageBytes = about.MessageBytes,
            Batch = measurements[0].Batch,
            Worker = new WorkerCosts(workerFixed, perExample, workerCopy, workerCopy),
            Server = new ServerCosts(serverFixed + systemFixed, perWorker, systemPerWorker / 2, systemPerWorker / 2),
            WakeUpSeconds = 0,
            Network = NetworkCosts.TenGigabit,
            Measurements = measurements,
        };
        double most = model.Server.UpdateSeconds;
        CostModel With(double update) => model with { Server = model.Server with { UpdateSeconds = update } };
        double update = Least(0, most, value => Error(With(value)));
        return Error(With(update)) < Error(model)
            ? With(update)
            : model with { WakeUpSeconds = Least(0, LongestWakeUp, value => Error(model with { WakeUpSeconds = value })) };
    }

    /// <summary>Time of a step on the machine that was measured.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workers">Number of worker processes.</param>
    /// <param name="batch">Examples of the step, over all workers.</param>
    /// <returns>Seconds.</returns>
    public static double StepSeconds(CostModel model, int workers, int batch) =>
        new ScaledCluster(StepCosts.Of(model, workers, batch, isOneMachine: true)).Run().Seconds;

    private static double Error(CostModel model) => model.Measurements.Sum(one =>
    {
        double error = Math.Log(StepSeconds(model, one.Workers, one.Batch) / one.StepSeconds);
        return error * error;
    });

    /// <summary>y = a + b·x with the least squares of relative errors, and neither below zero.</summary>
    private static (double A, double B) Line(
        IReadOnlyList<CostMeasurement> measurements, Func<CostMeasurement, double> x, Func<CostMeasurement, double> y)
    {
        (double X, double Y, double Weight)[] points =
            [.. measurements.Select(one => (x(one), y(one), 1 / (Math.Max(y(one), double.Epsilon) * Math.Max(y(one), double.Epsilon))))];
        if (points.Any(point => point.Y <= 0))
        {
            return (0, points.Average(point => point.Y / point.X));
        }

        double all = points.Sum(point => point.Weight);
        double meanX = points.Sum(point => point.Weight * point.X) / all;
        double meanY = points.Sum(point => point.Weight * point.Y) / all;
        double slope = points.Sum(point => point.Weight * (point.X - meanX) * (point.Y - meanY))
            / points.Sum(point => point.Weight * (point.X - meanX) * (point.X - meanX));
        double intercept = meanY - (slope * meanX);
        return slope <= 0 ? (meanY, 0)
            : intercept >= 0 ? (intercept, slope)
            : (0, points.Sum(point => point.Weight * point.X * point.Y) / points.Sum(point => point.Weight * point.X * point.X));
    }

    /// <summary>Where a function with one valley is least (golden section).</summary>
    private static double Least(double from, double to, Func<double, double> function)
    {
        double ratio = (Math.Sqrt(5) - 1) / 2;
        double left = to - (ratio * (to - from)), right = from + (ratio * (to - from));
        double atLeft = function(left), atRight = function(right);
        for (int i = 0; i < Halvings && to - from > 1e-7; i++)
        {
            if (atLeft < atRight)
            {
                (to, right, atRight) = (right, left, atLeft);
                left = to - (ratio * (to - from));
                atLeft = function(left);
            }
            else
            {
                (from, left, atLeft) = (left, right, atRight);
                right = from + (ratio * (to - from));
                atRight = function(right);
            }
        }

        return (from + to) / 2;
    }
}

/// <summary>What was measured, and where.</summary>
/// <param name="Name">Name of the run.</param>
/// <param name="Processor">The processor.</param>
/// <param name="Cores">Its cores.</param>
/// <param name="MessageBytes">Bytes of the parameters.</param>
public sealed record MeasuredRun(string Name, string Processor, int Cores, long MessageBytes);
