using System.Globalization;
using System.Runtime.InteropServices;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;

namespace DistSgd.Soak;

/// <summary>The processes of a cluster, as its <c>cluster.json</c> and the system know them.</summary>
/// <param name="run">The run's directory.</param>
internal sealed partial class NodeProcesses(string run)
{
    private const int SigKill = 9;
    private const int SigContinue = 18;
    private const int SigStop = 19;

    /// <summary>Names of the nodes that run.</summary>
    public IReadOnlyList<string> Running =>
        [.. Read().Nodes.Where(node => node.State == NodeState.Running).Select(node => node.Name)];

    /// <summary>Kills a node.</summary>
    /// <param name="node">Its name.</param>
    /// <returns>Its process.</returns>
    public int Kill(string node) => Send(ProcessOf(node), SigKill);

    /// <summary>Freezes a node.</summary>
    /// <param name="node">Its name.</param>
    /// <returns>Its process, to be thawed.</returns>
    public int Freeze(string node) => Send(ProcessOf(node), SigStop);

    /// <summary>Has a frozen process go on, if it is still there.</summary>
    /// <param name="process">The process.</param>
    public static void Thaw(int process) => Send(process, SigContinue);

    /// <summary>Memory of the living processes, the supervisor's among them.</summary>
    /// <returns>Role, name and resident bytes.</returns>
    public IEnumerable<(string Role, string Name, long Bytes)> Memory()
    {
        ClusterFile cluster = Read();
        IEnumerable<(string Role, string Name, int Process)> all = cluster.Nodes
            .Where(node => node.Pid is not null)
            .Select(node => (node.Role, node.Name, node.Pid!.Value))
            .Prepend(("supervisor", "supervisor", cluster.Supervisor.Pid));
        foreach ((string role, string name, int process) in all)
        {
            if (ResidentBytes(process) is { } bytes)
            {
                yield return (role, name, bytes);
            }
        }
    }

    private static long? ResidentBytes(int process)
    {
        try
        {
            string line = File.ReadLines($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return null;
        }
    }

    private ClusterFile Read() => ClusterFile.Read(RunDirectory.Open(run));

    private int ProcessOf(string node) => Read().Nodes.Single(n => n.Name == node).Pid ?? throw new SoakException($"{node} has no process.");

    private static int Send(int process, int signal)
    {
        _ = SendSignal(process, signal); // it may just have gone by itself
        return process;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
