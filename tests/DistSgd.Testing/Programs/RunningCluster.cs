using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using Shouldly;

namespace DistSgd.Testing.Programs;

/// <summary>A cluster that <c>cluster up</c> is running, seen through its files, and the harm that a test does to its processes.</summary>
public sealed partial class RunningCluster(Process supervisor, string run) : IDisposable
{
    private const int SigKill = 9;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The process of <c>cluster up</c>.</summary>
    public Process Supervisor => supervisor;

    /// <summary>Where its server listens.</summary>
    public string Address => Json().GetProperty("address").GetString()!;

    /// <summary>The events that stand in the log.</summary>
    public IReadOnlyList<TrainingEvent> Events => RunLog.Read(Path.Combine(run, "run.clef")).Events;

    public string TokenFile => Json().GetProperty("token_file").GetString()!;

    /// <summary>Waits until the run has come to a step.</summary>
    public void AwaitStep(long step) => Await($"step {step}", () => LastStep() >= step);

    /// <summary>Waits for a change of a worker, seen in the log.</summary>
    public void AwaitMembership(string worker, string change, int times = 1) => Await(
        $"{worker} {change}", () => Log().OfType<Membership>().Count(e => e.Worker == worker && e.Change == change) >= times);

    public void Kill(string node) => Signal(node, SigKill);

    public void Freeze(string node) => Signal(node, SigStop);

    public void Thaw(string node) => Signal(node, SigContinue);

    public int ProcessOf(string node) => Json().GetProperty("nodes").EnumerateArray()
        .Single(n => n.GetProperty("name").GetString() == node).GetProperty("pid").GetInt32();

    /// <summary>All processes that the cluster has.</summary>
    public int[] Processes() => [.. Json().GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("pid").GetInt32())];

    /// <summary>Waits until something is so.</summary>
    public void Await(string what, Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (supervisor.HasExited || watch.Elapsed > Limit)
            {
                string log = File.Exists(Path.Combine(run, "run.clef")) ? File.ReadAllText(Path.Combine(run, "run.clef")) : "(no log)";
                throw new TimeoutException($"{what} did not come: exited {supervisor.HasExited}\n{string.Join('\n', log.Split('\n').TakeLast(20))}");
            }

            Thread.Sleep(10);
        }
    }

    public static bool IsAlive(int process)
    {
        try
        {
            string status = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            return status[(status.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (!supervisor.HasExited)
        {
            supervisor.Kill(entireProcessTree: true);
        }

        supervisor.Dispose();
    }

    public static void Freeze(Process process) => SendSignal(process.Id, SigStop).ShouldBe(0);

    public static void Thaw(Process process) => SendSignal(process.Id, SigContinue).ShouldBe(0);

    private void Signal(string node, int signal) => SendSignal(ProcessOf(node), signal).ShouldBe(0);

    private long LastStep() => Log().OfType<StepWindow>().LastOrDefault()?.Step ?? 0;

    // The log may be half a line long, or not there yet.
    private IEnumerable<TrainingEvent> Log()
    {
        try
        {
            return Events;
        }
        catch (Exception e) when (e is IOException or Learning.InputException)
        {
            return [];
        }
    }

    private JsonElement Json()
    {
        Await("cluster.json", () => File.Exists(Path.Combine(run, "cluster.json")));
        return JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "cluster.json"))).RootElement;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
