using System.Net;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using DistSgd.Hosting.Node;

namespace DistSgd.Akka.Nodes;

/// <summary>The settings of an actor system: those of <c>akka.conf</c>, and what is the node's own.</summary>
internal static class ClusterSettings
{
    /// <summary>Name of every actor system; nodes of other names do not understand each other.</summary>
    public const string SystemName = "distsgd";

    /// <summary>Number of servers from which on a majority of them decides, so that one may take over from another.</summary>
    public const int MajorityMin = 3;

    /// <summary>What all actor systems of this engine have in common.</summary>
    public static Config Common { get; } = ConfigurationFactory.FromResource("akka.conf", typeof(ClusterSettings).Assembly);

    /// <summary>The settings of one actor system.</summary>
    /// <param name="options">The node.</param>
    /// <param name="address">Where it listens.</param>
    /// <returns>The settings.</returns>
    public static ActorSystemSetup Of(ClusterNodeOptions options, NodeAddress address)
    {
        string strategy = options.ServerCount >= MajorityMin ? "keep-majority" : "keep-oldest";
        bool isPrivate = IsLoopback(address.Host!);
        var own = ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp { hostname = "{{address.Host}}", port = {{address.Port}}, enable-ssl = {{(isPrivate ? "off" : "on")}} }
            akka.cluster { roles = [{{options.Role}}], split-brain-resolver.active-strategy = {{strategy}} }
            """);
        ActorSystemSetup setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(own.WithFallback(Common)));
        return isPrivate ? setup : setup.And(NodeIdentity.Tls(options.Token!));
    }

    /// <summary>Whether an address is of use on its own machine only.</summary>
    /// <param name="host">Name or address.</param>
    /// <returns>True for loopback.</returns>
    public static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out IPAddress? ip) && IPAddress.IsLoopback(ip));
}

/// <summary>What a node of the cluster is.</summary>
internal sealed record ClusterNodeOptions
{
    /// <summary><c>server</c> or <c>worker</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Where it listens; null for the address that it has towards the first server, and any port.</summary>
    public NodeAddress? Listen { get; init; }

    /// <summary>The servers of the run, the same on all nodes.</summary>
    public required IReadOnlyList<NodeAddress> Servers { get; init; }

    /// <summary>The secret of the run; on loopback there need not be one.</summary>
    public byte[]? Token { get; init; }

    /// <summary>File for what Akka has to tell; null for none.</summary>
    public string? LogPath { get; init; }

    /// <summary>Number of servers that the run has.</summary>
    public int ServerCount => Math.Max(1, Servers.Count);
}
