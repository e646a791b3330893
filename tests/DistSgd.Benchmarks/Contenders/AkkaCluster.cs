using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>A cluster that <c>cluster up --engine akka</c> runs until it is disposed; its logs tell when what happened.</summary>
internal sealed class AkkaCluster : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = Directory.CreateTempSubdirectory("distsgd-akka-").FullName;
    private readonly Process _supervisor;

    /// <summary>Starts it, and waits until it trains.</summary>
    /// <param name="workload">What is trained.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="settings">Changes to the config.</param>
    public AkkaCluster(Workload workload, int workers, params string[] settings)
    {
        _supervisor = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "distsgd"),
            [
                "cluster", "up", Workload.ConfigPath, .. workload.Settings.Concat(settings).SelectMany(setting => (string[])["--set", setting]),
                "--workers", $"{workers}", "--engine", "akka", "--no-respawn", "--run-dir", RunPath,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _supervisor.BeginErrorReadLine();
        Await(() => Events().OfType<StepWindow>().Any());
    }

    private string RunPath => Path.Combine(_folder, "run");

    /// <summary>Seconds from the start of the first actor system until the last node was a member.</summary>
    public double SecondsOfFormation()
    {
        (DateTimeOffset Time, string Text)[] said = [.. Directory.EnumerateFiles(RunPath, "*.akka.clef").SelectMany(Said)];
        DateTimeOffset Of(string text, bool isLast) => isLast
            ? said.Where(line => line.Text.Contains(text, StringComparison.Ordinal)).Max(line => line.Time)
            : said.Where(line => line.Text.Contains(text, StringComparison.Ordinal)).Min(line => line.Time);
        return (Of("to [Up]", isLast: true) - Of("Starting remoting", isLast: false)).TotalSeconds;
    }

    /// <summary>Sends a signal to a worker, and waits until its shards are another's.</summary>
    /// <param name="worker">Name of the worker.</param>
    /// <param name="signal">Name of the signal.</param>
    /// <returns>Seconds.</returns>
    public double SecondsUntilReassigned(string worker, string signal)
    {
        JsonElement cluster = JsonDocument.Parse(File.ReadAllText(Path.Combine(RunPath, "cluster.json"))).RootElement;
        int process = cluster.GetProperty("nodes").EnumerateArray()
            .Single(node => node.GetProperty("name").GetString() == worker).GetProperty("pid").GetInt32();
        DateTimeOffset sent = DateTimeOffset.UtcNow;
        using Process kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Membership? taken = null;
        Await(() => (taken = Events().OfType<Membership>().FirstOrDefault(e => e.Time > sent && e.Change == MembershipChanges.Reassigned)) is not null);
        return (taken!.Time - sent).TotalSeconds;
    }

    /// <summary>How often a node was thought to be unreachable, or lost.</summary>
    public int Alarms() => Events().OfType<Membership>().Count(e => e.Change == MembershipChanges.Lost)
        + Directory.EnumerateFiles(RunPath, "*.akka.clef").SelectMany(Said).Count(line => line.Text.Contains("Marking node(s) as UNREACHABLE", StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose()
    {
        _supervisor.Kill(entireProcessTree: true);
        _supervisor.WaitForExit();
        _supervisor.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<(DateTimeOffset Time, string Text)> Said(string path) => File.ReadLines(path)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Select(line => (line.GetProperty("@t").GetDateTimeOffset(), line.GetProperty("Text").GetString()!));

    private IReadOnlyList<TrainingEvent> Events()
    {
        string path = Path.Combine(RunPath, "run.clef");
        return File.Exists(path) ? [.. new LogReader(path).Read()] : [];
    }

    private void Await(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (_supervisor.HasExited || watch.Elapsed > Limit)
            {
                throw new InputException("The Akka.NET cluster ended, or took too long. Build with AkkaEngine=true.");
            }

            Thread.Sleep(Glance);
        }
    }
}
