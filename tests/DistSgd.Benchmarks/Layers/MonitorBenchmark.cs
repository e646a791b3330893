using System.Diagnostics;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Hosting.Logging;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Benchmarks.Layers;

/// <summary>How fast the monitor's rules take events, and how fast a long log is read and gathered for a report.</summary>
internal static class MonitorBenchmark
{
    private const int Windows = 100_000;
    private const int LoggedSteps = 1_000_000;
    private const double RulesTarget = 500_000; // events a second
    private const double ReportTarget = 5; // seconds for the log

    /// <summary>Prints both.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        TrainingEvent[] events = [.. Enumerable.Range(1, Windows).SelectMany(i => Window(10L * i))];
        double rules = Median(rounds, () =>
        {
            RuleSet set = RuleSet.Create(new RuleSettings());
            foreach (TrainingEvent one in events)
            {
                set.Observe(one);
            }
        });
        Console.WriteLine($"All rules over {events.Length} events: {events.Length / rules / 1e3:F0} thousand events a second (target {RulesTarget / 1e3:F0})");

        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, Enumerable.Range(1, LoggedSteps).Select(i => EventJson.Write(Step(10L * i))));
            double report = Median(Math.Min(rounds, 3), () =>
            {
                RuleSet set = RuleSet.Create(new RuleSettings());
                var history = new RunHistory();
                foreach (TrainingEvent one in new LogReader(path).Read().Ahead())
                {
                    set.Observe(one);
                    history.Add(one);
                }
            });
            Console.WriteLine(
                $"A log of {LoggedSteps} step events, {new FileInfo(path).Length / 1e6:F0} MB, read, judged and gathered in {report:F1} s (target {ReportTarget:F0}), "
                + $"{Environment.WorkingSet / 1e6:F0} MB of memory");
        }
        finally
        {
            File.Delete(path);
        }

        Console.WriteLine();
    }

    private static double Median(int rounds, Action action) => Contest.Median([.. Enumerable.Range(0, rounds | 1).Select(_ =>
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    })]);

    private static IEnumerable<TrainingEvent> Window(long step)
    {
        yield return Step(step);
        for (int layer = 0; layer < 2; layer++)
        {
            yield return new LayerWindow
            {
                Time = At(step),
                Layer = layer,
                Step = step,
                Epoch = 1,
                FirstStep = step - 9,
                Count = 10,
                WeightGradientNormMean = 0.5,
                WeightGradientNormMax = 0.6,
                WeightGradientNormMaxStep = step,
                BiasGradientNormMean = 0.1,
                GradientMeanMagnitude = 1e-3,
                WeightNorm = 10,
                UpdateNorm = 0.01,
            };
        }

        for (int worker = 0; worker < 2; worker++)
        {
            yield return new WorkerWindow { Time = At(step), Worker = worker == 0 ? "worker-0" : "worker-1", Step = step, Epoch = 1, Count = 10, ResponseSecondsMean = 1e-3, ResponseSecondsMax = 2e-3 };
        }
    }

    private static StepWindow Step(long step) => new()
    {
        Time = At(step),
        Step = step,
        Epoch = 1,
        FirstStep = step - 9,
        Count = 10,
        Skipped = 0,
        Examples = 1280,
        LossMean = (1 + (0.1 * Math.Sin(step))) / (1 + (step * 1e-4)),
        LossMin = 0.1,
        LossMax = 1.5,
        Accuracy = 0.9,
        GradientNormMean = 1 + (0.1 * Math.Sin(0.7 * step)),
        GradientNormMin = 0.8,
        GradientNormMax = 1.3,
        GradientNormMaxStep = step,
        LearningRate = 0.1,
        Momentum = 0.9,
        Clipped = 0,
        LargestSliceNorm = 2,
        LargestSliceWorker = "worker-1",
        LargestSliceShard = 2,
        LargestSliceStep = step,
        LargestShard = 2,
        LargestShardNorm = 1.2,
        OtherShardsNorm = 0.9,
        LargestShardWorker = "worker-1",
        ReduceSeconds = 4e-5,
        UpdateSeconds = 3e-5,
        Staleness = [40],
        Seconds = 0.01,
        SamplesPerSecond = 128_000,
    };

    private static DateTimeOffset At(long step) => DateTimeOffset.UnixEpoch.AddMilliseconds(step);
}
