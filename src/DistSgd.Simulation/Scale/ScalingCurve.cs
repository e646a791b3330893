namespace DistSgd.Simulation.Scale;

/// <summary>What a cost model predicts for more and more workers, each process on a machine of its own.</summary>
public sealed record ScalingCurve
{
    /// <summary>Share of its highest rate at which a server is called saturated.</summary>
    public const double SaturatedShare = 0.9;

    /// <summary>Numbers of servers that the parameters are split over, beside one.</summary>
    public static IReadOnlyList<int> ServerCounts { get; } = [4, 16];

    /// <summary>Examples of a step, over all workers, where the batch stays the same; and of each worker, where it grows.</summary>
    public required int Batch { get; init; }

    /// <summary>The curve.</summary>
    public required IReadOnlyList<ScalingPoint> Points { get; init; }

    /// <summary>Fewest workers that bring the one server to <see cref="SaturatedShare"/> of <see cref="MostExamplesPerSecond"/>; null if none of the curve do.</summary>
    public required int? SaturatesAt { get; init; }

    /// <summary>Examples a second that the one server takes however many workers there are, at <see cref="Batch"/> examples a worker.</summary>
    public required double? MostExamplesPerSecond { get; init; }

    /// <summary>Predicts.</summary>
    /// <param name="model">The costs.</param>
    /// <param name="workers">Largest number of workers.</param>
    /// <param name="batch">Examples of a step, and of a worker.</param>
    /// <returns>The curve: powers of two, and the largest number.</returns>
    public static ScalingCurve Predict(CostModel model, int workers, int batch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        var counts = new List<int>();
        for (int count = 1; count < workers; count *= 2)
        {
            counts.Add(count);
        }

        ScalingPoint[] points = [.. counts.Append(workers).Select(count => PredictOne(model, count, batch))];
        double? perWorker = points.Length < 2 ? null
            : (points[^1].Growing.Seconds - points[^2].Growing.Seconds) / (points[^1].Workers - points[^2].Workers);
        double? most = perWorker > 0 ? batch / perWorker : null;
        return new ScalingCurve
        {
            Batch = batch,
            Points = points,
            SaturatesAt = FindSaturation(model, points, batch, most),
            MostExamplesPerSecond = most,
        };
    }

    private static ScalingPoint PredictOne(CostModel model, int workers, int batch)
    {
        long all = (long)batch * workers;
        StepCosts costs = StepCosts.Of(model, workers, all, isOneMachine: false);
        (int groups, double? seconds) = TwoLevels(model, workers, all);
        return new ScalingPoint
        {
            Workers = workers,
            Fixed = workers > batch ? null : new ScaledCluster(StepCosts.Of(model, workers, batch, isOneMachine: false)).Run(),
            Growing = new ScaledCluster(costs).Run(),
            Groups = groups,
            TwoLevelSeconds = seconds,
            ShardedSeconds = ServerCounts.ToDictionary(servers => servers, servers => new ScaledCluster(costs.Split(servers)).Run().Seconds),
        };
    }

    /// <summary>
    /// Workers in groups, each with an aggregator on a machine of its own that sums their gradients for the server and passes the parameters on. Seen from
    /// the server an aggregator is a worker that takes as long as a step of its group.
    /// </summary>
    private static (int Groups, double? Seconds) TwoLevels(CostModel model, int workers, long batch)
    {
        (int Groups, double Seconds) best = (0, double.PositiveInfinity);
        for (int groups = 2; groups * 2 <= workers; groups *= 2)
        {
            int size = (workers + groups - 1) / groups;
            StepCosts group = StepCosts.Of(model, size, batch * size / workers, isOneMachine: false) with { Complete = size * model.Server.SumSeconds };
            double turn = new ScaledCluster(group).Run().Seconds;
            StepCosts root = StepCosts.Of(model, groups, batch, isOneMachine: false) with { Compute = _ => turn };
            double seconds = new ScaledCluster(root).Run().Seconds;
            best = seconds < best.Seconds ? (groups, seconds) : best;
        }

        return (best.Groups, best.Groups == 0 ? null : best.Seconds);
    }

    // The rate only grows with the workers, so that halving finds where it passes the mark.
    private static int? FindSaturation(CostModel model, ScalingPoint[] points, int batch, double? most)
    {
        bool Saturates(int workers, double seconds) => most is { } rate && (double)batch * workers / seconds >= SaturatedShare * rate;
        int at = Array.FindIndex(points, point => Saturates(point.Workers, point.Growing.Seconds));
        if (at <= 0)
        {
            return at < 0 ? null : points[0].Workers;
        }

        (int below, int above) = (points[at - 1].Workers, points[at].Workers);
        while (above - below > 1)
        {
            int middle = (below + above) / 2;
            double seconds = new ScaledCluster(StepCosts.Of(model, middle, (long)batch * middle, isOneMachine: false)).Run().Seconds;
            (below, above) = Saturates(middle, seconds) ? (below, middle) : (middle, above);
        }

        return above;
    }
}

/// <summary>What is predicted for one number of workers.</summary>
public sealed record ScalingPoint
{
    /// <summary>Number of workers.</summary>
    public required int Workers { get; init; }

    /// <summary>A step whose batch is the same however many workers share it; null if there are more workers than examples.</summary>
    public required ScaledStep? Fixed { get; init; }

    /// <summary>A step whose batch grows with the workers, the same for each.</summary>
    public required ScaledStep Growing { get; init; }

    /// <summary>Groups that are best for two levels; 0 if there are too few workers for two.</summary>
    public required int Groups { get; init; }

    /// <summary>A step of the growing batch with aggregators between the server and its workers, in seconds; null without groups.</summary>
    public required double? TwoLevelSeconds { get; init; }

    /// <summary>A step of the growing batch with the parameters split over several servers, in seconds, by their number.</summary>
    public required IReadOnlyDictionary<int, double> ShardedSeconds { get; init; }
}
