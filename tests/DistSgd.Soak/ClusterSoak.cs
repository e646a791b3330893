using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DistSgd.Hosting.Runs;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;

namespace DistSgd.Soak;

/// <summary>Trains MNIST on four worker processes that are killed and frozen every few seconds, the server now and then too.</summary>
/// <param name="seed">Chooses the victims and the moments.</param>
internal sealed class ClusterSoak(int seed)
{
    private const int Workers = 4;
    private const int CalibrationSteps = 4000;
    private const int LeastPauseMs = 2000;
    private const int MostPauseMs = 5000;
    private const int FrozenMs = 5000;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "distsgd");

    private readonly Random _random = new(seed);
    private readonly string _root = Directory.CreateTempSubdirectory("distsgd-soak-").FullName;
    private readonly MemoryRecord _memory = new();
    private readonly SortedDictionary<string, int> _deeds = [];
    private int _minute = -1;

    /// <summary>Runs the soak.</summary>
    /// <param name="duration">How long, about.</param>
    /// <exception cref="SoakException">The cluster broke a promise.</exception>
    public void Run(TimeSpan duration)
    {
        try
        {
            long steps = Calibrate(duration);
            Console.WriteLine($"{steps} steps of MNIST on {Workers} workers, seed {seed}");
            string disturbed = Disturb(Path.Combine(_root, "soak"), steps);
            Console.WriteLine("the same, undisturbed, in one process:");
            string expected = Train(["train", "configs/mnist.yaml"], Path.Combine(_root, "reference"), steps, out _);
            foreach (string line in _memory.Check())
            {
                Console.WriteLine(line);
            }

            Console.WriteLine(string.Join(", ", _deeds.Select(deed => $"{deed.Value} × {deed.Key}")));
            if (disturbed != expected)
            {
                throw new SoakException($"the cluster ended with {disturbed}; expected the bits of train, {expected}.");
            }

            Console.WriteLine($"parameters_sha256 {disturbed}: the bits of train");
        }
        finally
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    private long Calibrate(TimeSpan duration)
    {
        Train(["cluster", "up", "configs/mnist.yaml", "--workers", $"{Workers}"], Path.Combine(_root, "calibration"), CalibrationSteps, out double seconds);
        return (long)(CalibrationSteps / seconds * duration.TotalSeconds);
    }

    private string Disturb(string run, long steps)
    {
        using Process cluster = Start(["cluster", "up", "configs/mnist.yaml", "--workers", $"{Workers}"], run, steps);
        Task<string> error = cluster.StandardError.ReadToEndAsync();
        Task<string> output = cluster.StandardOutput.ReadToEndAsync();
        var nodes = new NodeProcesses(run);
        var watch = Stopwatch.StartNew();
        while (!cluster.WaitForExit(_random.Next(LeastPauseMs, MostPauseMs)))
        {
            if (Directory.Exists(Path.Combine(run, "checkpoints")))
            {
                Harm(nodes);
                Record(nodes, run, watch.Elapsed);
            }
        }

        _ = output.Result;
        return cluster.ExitCode == 0 ? Hash(run) : throw new SoakException($"the cluster ended with exit code {cluster.ExitCode}:\n{error.Result}");
    }

    private void Harm(NodeProcesses nodes)
    {
        if (nodes.Running is not { Count: > 0 } running)
        {
            return;
        }

        string node = running[_random.Next(running.Count)];
        bool isServer = node == "server";
        string deed;
        if (isServer && _random.Next(3) > 0)
        {
            return; // a server that dies all the time gets nowhere
        }

        if (_random.Next(5) == 0)
        {
            deed = $"freeze of {(isServer ? "the server" : "a worker")}";
            int process = nodes.Freeze(node);
            _ = Task.Delay(FrozenMs).ContinueWith(_ => NodeProcesses.Thaw(process), TaskScheduler.Default);
        }
        else
        {
            deed = $"kill -9 of {(isServer ? "the server" : "a worker")}";
            nodes.Kill(node);
        }

        _deeds[deed] = _deeds.GetValueOrDefault(deed) + 1;
    }

    private void Record(NodeProcesses nodes, string run, TimeSpan elapsed)
    {
        int minute = (int)elapsed.TotalMinutes;
        string[] readings = [.. nodes.Memory().Select(reading =>
        {
            _memory.Add(reading.Role, minute, reading.Bytes);
            return string.Create(CultureInfo.InvariantCulture, $"{reading.Name} {reading.Bytes / 1048576.0:0} MB");
        })];
        if (minute > _minute)
        {
            _minute = minute;
            long step = CheckpointStore.Steps(Path.Combine(run, "checkpoints")) is [.., var last] ? last : 0;
            Console.WriteLine($"minute {minute}: checkpoint {step}; {string.Join(", ", readings)}");
        }
    }

    private static string Train(string[] command, string run, long steps, out double seconds)
    {
        using Process process = Start(command, run, steps);
        Task<string> error = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new SoakException($"{string.Join(' ', command)} ended with exit code {process.ExitCode}:\n{error.Result}");
        }

        StepWindow[] windows = [.. RunLog.Read(Path.Combine(run, "run.clef")).Events.OfType<StepWindow>()];
        seconds = (windows[^1].Time - windows[0].Time).TotalSeconds;
        return Hash(run);
    }

    private static Process Start(string[] command, string run, long steps)
    {
        string[] settings =
        [
            "--run-dir", run, "--set", "training.epochs=null", "--set", $"training.steps={steps}", "--set", "training.evaluate_every=5000",
            "--set", "training.early_stopping=null", "--set", "training.checkpoint_every=2000", "--set", "log.step_every=200",
        ];
        return Process.Start(new ProcessStartInfo(Program, [.. command, .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static string Hash(string run) => JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "summary.json")))
        .RootElement.GetProperty("parameters_sha256").GetString()!;
}
