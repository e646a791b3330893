using System.CommandLine;

namespace DistSgd.Cli.Commands;

/// <summary><c>cluster up | status | down | measure</c>: a cluster of processes on this machine.</summary>
internal static class ClusterCommand
{
    public static Command Create() => new("cluster", "A cluster on this machine: one process a node, supervised.")
    {
        ClusterUpCommand.Create(),
        ClusterStatusCommand.Create(),
        ClusterDownCommand.Create(),
        ClusterMeasureCommand.Create(),
    };
}
