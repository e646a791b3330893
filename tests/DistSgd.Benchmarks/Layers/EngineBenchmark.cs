using DistSgd.Benchmarks.Contenders;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Hosting.Engines;

namespace DistSgd.Benchmarks.Layers;

/// <summary>The Akka.NET engine beside the node engine, and how soon it notices things. In builds with <c>AkkaEngine=true</c> only.</summary>
internal static class EngineBenchmark
{
    private const int Batch = 128;
    private const string Akka = "akka";

    private static readonly TimeSpan BusyTime = TimeSpan.FromSeconds(20);

    // Akka.NET comes as intermediate code: five seconds pass until all of it, and then what trains, is compiled well.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    /// <summary>Prints both.</summary>
    /// <param name="rounds">Rounds of each measurement.</param>
    public static void Run(int rounds)
    {
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, "DistSgd.Akka.dll")))
        {
            Console.WriteLine("engines: this build has one engine only; measure with AkkaEngine=true");
            Console.WriteLine();
            return;
        }

        Rates(rounds);
        Moments(rounds);
        Console.WriteLine();
    }

    private static void Rates(int rounds)
    {
        Workload workload = Workload.Create([128], Batch, 2);
        var quiet = new QuietMoment();
        ClusterRun[] runs =
        [
            .. new[] { NodeEngine.EngineName, Akka }.Select(engine => new ClusterRun(workload, engine) { WarmUp = WarmUp, LeastSeconds = 2 }),
        ];
        double[][] seconds = [new double[rounds], new double[rounds]];
        for (int round = 0; round < rounds; round++)
        {
            for (int c = 0; c < runs.Length; c++)
            {
                seconds[c][round] = quiet.Measure(runs[c].SecondsPerStep);
            }
        }

        double[] medians = [.. seconds.Select(Contest.Median)];
        Console.WriteLine($"Two worker processes, 784-128-10, global batch {Batch}, after {WarmUp.TotalSeconds:F0} s (median of {rounds}): node {1 / medians[0]:F0} steps a second, "
            + $"akka {1 / medians[1]:F0}, akka / node {medians[0] / medians[1]:F2} (target 0.85)");
    }

    private static void Moments(int rounds)
    {
        Workload workload = Workload.Create([128], Batch, 4);
        double[] formation = new double[rounds], killed = new double[rounds], frozen = new double[rounds];
        int alarms = 0;
        for (int round = 0; round < rounds; round++)
        {
            // The limit of the data channel is far away: what is measured is Akka's judgement.
            using var cluster = new AkkaCluster(workload, 4, "cluster.heartbeat_limit=60");
            formation[round] = cluster.SecondsOfFormation();
            if (round == 0)
            {
                Thread.Sleep(BusyTime); // four workers compute on all cores
                alarms = cluster.Alarms();
            }

            killed[round] = cluster.SecondsUntilReassigned("worker-1", "KILL");
            frozen[round] = cluster.SecondsUntilReassigned("worker-2", "STOP");
        }

        Console.WriteLine($"Five processes, seconds (median of {rounds}): formed after {Contest.Median(formation):F2} (target 3), shards of a killed "
            + $"worker reassigned after {Contest.Median(killed):F2} (target 1), of a frozen one after {Contest.Median(frozen):F2} (target 5); "
            + $"{alarms} false alarms in {BusyTime.TotalSeconds:F0} s with all cores busy");
    }
}
