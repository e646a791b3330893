using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;

namespace DistSgd.Benchmarks.Layers;

/// <summary>A server and two worker processes against two processes of PyTorch, and against two workers in one process.</summary>
internal static class ClusterBenchmark
{
    private const int Workers = 2;
    private const int LogWindow = 10; // log.step_every as shipped; runs are halted at the end of a window
    private const double SecondsOfRound = 0.3;

    private static readonly int[] Batches = [32, 128, 512, 2048];

    private static readonly (int[] Hidden, double[] Targets)[] Models =
    [
        ([128], [6, 3, 2, 1.5]), ([512, 256], [3, 2, 1.3, 1.1]),
    ];

    /// <summary>Prints the table.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        Console.WriteLine(
            "Two worker processes, thousands of samples a second (median of {0}); × is DistSgd's rate over the other's", rounds);
        Console.WriteLine($"{"model",-18}{"batch",8}{"cluster",10}{"PyTorch DDP",13}{"×",7}{"target",8}{"one process",13}{"×",7}");
        var quiet = new QuietMoment();
        using var peers = new Peers(Workload.Create(Models[0].Hidden, Batches[0], Workers));
        foreach ((int[] hidden, double[] targets) in Models)
        {
            foreach ((int batch, double target) in Batches.Zip(targets))
            {
                Workload workload = Workload.Create(hidden, Workers * batch, Workers);
                IContender?[] ddp = [peers.Distributed(workload, batch, Workers, tied: false), peers.Distributed(workload, batch, Workers, tied: true)];
                (double cluster, double? peer, double oneProcess) = Compare(workload, [.. ddp.OfType<IContender>()], rounds, quiet);
                double Kilo(double seconds) => Workers * batch / seconds / 1e3;
                Console.WriteLine(
                    $"{workload.Widths.Replace(',', '-'),-18}{$"{Workers}×{batch}",8}{Kilo(cluster),10:F0}"
                    + (peer is double p ? $"{Kilo(p),13:F0}{p / cluster,7:F2}" : $"{"-",13}{"-",7}")
                    + $"{target,8:F1}{Kilo(oneProcess),13:F0}{oneProcess / cluster,7:F2}");
            }
        }

        Console.WriteLine($"{quiet.Disturbed} of {quiet.Measured} measurements were disturbed by other programs.");
        foreach (string line in peers.Missing)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine();
    }

    // The run in one process and the peers are halted between their rounds; the cluster lives for its own rounds only. Of the peer's
    // two ways, with its processes tied to cores and free, the faster one counts.
    private static (double Cluster, double? Peer, double OneProcess) Compare(
        Workload workload, IContender[] peers, int rounds, QuietMoment quiet)
    {
        var cluster = new ClusterRun(workload);
        using var oneProcess = new ActorRun(workload);
        try
        {
            IContender[] halted = [oneProcess, .. peers];
            int[] steps = [.. halted.Select((contender, i) => Contest.StepsOfRound(contender, i == 0 ? LogWindow : 1, SecondsOfRound))];
            double[][] seconds = [.. Enumerable.Range(0, 1 + halted.Length).Select(_ => new double[rounds])];
            for (int round = 0; round < rounds; round++)
            {
                seconds[^1][round] = quiet.Measure(cluster.SecondsPerStep);
                for (int c = 0; c < halted.Length; c++)
                {
                    seconds[c][round] = quiet.Measure(() => halted[c].Run(steps[c]) / steps[c]);
                }
            }

            double[] medians = [.. seconds.Select(Contest.Median)];
            return (medians[^1], peers.Length == 0 ? null : medians[1..^1].Min(), medians[0]);
        }
        finally
        {
            Array.ForEach(peers, peer => peer.Dispose());
        }
    }
}
