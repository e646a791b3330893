using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;

namespace DistSgd.Benchmarks.Layers;

/// <summary>Whole training steps: the product through its actors, the same step without actors, and the peers.</summary>
internal static class TrainingBenchmark
{
    private const int LogWindow = 10; // log.step_every as shipped; runs are halted at the end of a window

    // OpenBLAS keeps its second thread spinning for tens of milliseconds.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly int[][] Models = [[128], [512, 256]];
    private static readonly int[] Batches = [1, 8, 32, 128, 512, 2048];

    /// <summary>One worker on one thread against peers on one thread.</summary>
    /// <param name="rounds">Rounds of each comparison.</param>
    public static void OneWorker(int rounds)
    {
        Console.WriteLine("One worker, microseconds a step (median of {0}); × is the peer's time over DistSgd's", rounds);
        Console.WriteLine($"{"model",-18}{"batch",6}{"DistSgd",11}{"bare step",11}{"PyTorch",11}{"×",7}{"C+OpenBLAS",12}{"×",7}{"scikit-learn",14}{"×",7}");
        using var peers = new Peers(Workload.Create(Models[0], 128, 1));
        foreach (int[] hidden in Models)
        {
            foreach (int batch in Batches)
            {
                Workload workload = Workload.Create(hidden, batch, workers: 1);
                IContender?[] contenders =
                [
                    new ActorRun(workload), new BareStep(workload), peers.Torch(workload, batch, 1), peers.OpenBlas(workload, batch),
                    peers.Sklearn(workload, batch),
                ];
                double?[] seconds = Compare(contenders, rounds);
                Console.WriteLine(
                    $"{workload.Widths.Replace(',', '-'),-18}{batch,6}{Micro(seconds[0]),11}{Micro(seconds[1]),11}"
                    + $"{Micro(seconds[2]),11}{Ratio(seconds[2], seconds[0]),7}{Micro(seconds[3]),12}{Ratio(seconds[3], seconds[0]),7}"
                    + $"{Micro(seconds[4]),14}{Ratio(seconds[4], seconds[0]),7}");
            }
        }

        PrintMissing(peers);
    }

    /// <summary>Two workers on two cores against one worker and against peers on two cores.</summary>
    /// <param name="rounds">Rounds of each comparison.</param>
    public static void TwoWorkers(int rounds)
    {
        Console.WriteLine("Two workers, thousands of samples a second (median of {0}); × is DistSgd's rate over the other's", rounds);
        Console.WriteLine($"{"model",-18}{"batch",8}{"2 workers",11}{"1 worker",11}{"×",7}{"PyTorch 2t",12}{"×",7}{"Hogwild",10}{"×",7}");
        using var peers = new Peers(Workload.Create(Models[0], 128, 1));
        foreach (int[] hidden in Models)
        {
            foreach (int batch in (int[])[32, 128, 512, 2048])
            {
                Workload two = Workload.Create(hidden, 2 * batch, workers: 2);
                Workload one = Workload.Create(hidden, 2 * batch, workers: 1);
                double?[] seconds = Compare(
                    [new ActorRun(two), new ActorRun(one), peers.Torch(two, 2 * batch, 2), peers.Hogwild(two, batch, 2)], rounds, Pause);
                double examples = 2 * batch;
                Console.WriteLine(
                    $"{two.Widths.Replace(',', '-'),-18}{$"2×{batch}",8}{Kilo(examples, seconds[0]),11}{Kilo(examples, seconds[1]),11}"
                    + $"{Ratio(seconds[1], seconds[0]),7}{Kilo(examples, seconds[2]),12}{Ratio(seconds[2], seconds[0]),7}"
                    + $"{Kilo(examples, seconds[3]),10}{Ratio(seconds[3], seconds[0]),7}");
            }
        }

        PrintMissing(peers);
    }

    private static double?[] Compare(IContender?[] contenders, int rounds, TimeSpan pause = default)
    {
        IContender[] present = [.. contenders.OfType<IContender>()];
        try
        {
            double[] medians = Contest.Run(present, rounds, LogWindow, pause);
            return [.. contenders.Select(c => c is null ? (double?)null : medians[Array.IndexOf(present, c)])];
        }
        finally
        {
            foreach (IContender contender in present)
            {
                contender.Dispose();
            }
        }
    }

    private static string Micro(double? seconds) => seconds is double s ? $"{s * 1e6:F0}" : "-";

    private static string Kilo(double examples, double? seconds) => seconds is double s ? $"{examples / s / 1e3:F0}" : "-";

    private static string Ratio(double? other, double? ours) => other is double o ? $"{o / ours:F2}" : "-";

    private static void PrintMissing(Peers peers)
    {
        foreach (string line in peers.Missing)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine();
    }
}
