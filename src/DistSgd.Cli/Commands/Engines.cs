using System.CommandLine;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Node;
using DistSgd.Learning;

namespace DistSgd.Cli.Commands;

/// <summary>The engines of this build, and the options that choose among them.</summary>
internal static class Engines
{
    /// <summary>Environment variable with the default of <c>--engine</c>: one switch for all nodes of a deployment.</summary>
    public const string Variable = "DISTSGD_ENGINE";

    private const string Akka = "akka";

    public static Option<string> Option() => new("--engine")
    {
        Description = $"What carries the cluster: {NodeEngine.EngineName}, sockets of this program's own, or {Akka}, an Akka.NET cluster. "
            + $"Default: the variable {Variable}, or {NodeEngine.EngineName}.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } engine ? engine : NodeEngine.EngineName,
        HelpName = "ENGINE",
    };

    /// <summary>The servers of a run.</summary>
    public static Option<string[]> Connect(string description) => new("--connect")
    {
        Description = description,
        HelpName = "ADDRESS",
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>Where the engine itself tells what it does.</summary>
    public static Option<string?> Log() => new("--engine-log")
    {
        Description = $"With --engine {Akka}: write what Akka.NET has to tell to this file.",
        HelpName = "FILE",
    };

    /// <summary>Reads a list of servers; several may stand in one argument, with commas between them.</summary>
    public static IReadOnlyList<NodeAddress> Servers(string[]? given) =>
        [.. (given ?? []).SelectMany(list => list.Split(',')).Select(address => NodeAddress.Parse(address, "--connect"))];

    /// <summary>The engine of a name.</summary>
    /// <exception cref="InputException">There is none, or not in this build.</exception>
    public static IClusterEngine Find(string name) => name switch
    {
        NodeEngine.EngineName => new NodeEngine(),
#if AKKA_ENGINE
        Akka => new DistSgd.Akka.AkkaEngine(),
#else
        Akka => throw new InputException(
            $"--engine {Akka}: this build has no Akka.NET in it. Add it with: dotnet build -c Release -p:AkkaEngine=true\n"
            + $"That needs the packages of Akka.NET, which not every feed serves; --engine {NodeEngine.EngineName} needs none of them."),
#endif
        _ => throw new InputException($"--engine: found '{name}'; expected {NodeEngine.EngineName} or {Akka}."),
    };
}
