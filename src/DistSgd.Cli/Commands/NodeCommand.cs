using System.CommandLine;

namespace DistSgd.Cli.Commands;

/// <summary><c>node server</c> and <c>node worker</c>: one node of a cluster, by hand or by a service manager.</summary>
internal static class NodeCommand
{
    public static Command Create() => new("node", "One node of a cluster, by hand or by a service manager; 'cluster up' starts all of one machine.")
    {
        NodeServerCommand.Create(),
        NodeWorkerCommand.Create(),
    };

    /// <summary>Where a node tells how it is.</summary>
    public static Option<string?> Health() => new("--healthz")
    {
        Description = "Answer HTTP requests for /healthz (200 while the node works) and /readyz (200 or 503: does it take part?) here.",
        HelpName = "HOST:PORT",
    };

    /// <summary>Whether standard input is a parent's.</summary>
    public static Option<bool> Supervised() => new("--supervised")
    {
        Description = "Standard input is the parent's: end when it does, take its orders, leave progress and result to it.",
    };
}
