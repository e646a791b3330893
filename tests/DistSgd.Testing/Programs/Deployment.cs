using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace DistSgd.Testing.Programs;

/// <summary>A node as a file of <c>deploy</c> has it started.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Arguments">Arguments of the program.</param>
/// <param name="Variables">Its environment.</param>
public sealed record DeployedNode(string Machine, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables)
{
    /// <summary>The value of an option.</summary>
    public string Option(string name) => Arguments[Arguments.ToList().IndexOf(name) + 1];
}

/// <summary>What a file of <c>deploy</c> says.</summary>
/// <param name="Server">The server.</param>
/// <param name="Workers">The workers.</param>
/// <param name="Mounts">Where volumes and secrets are.</param>
/// <param name="HealthPort">Where probes ask; null for nowhere.</param>
/// <param name="Aliases">More names of machines.</param>
public sealed partial record Deployment(
    DeployedNode Server,
    IReadOnlyList<DeployedNode> Workers,
    IReadOnlyList<string> Mounts,
    int? HealthPort,
    IReadOnlyDictionary<string, string> Aliases)
{
    /// <summary>The names of all machines.</summary>
    public IReadOnlyList<string> Machines => [Server.Machine, .. Workers.Select(worker => worker.Machine)];

    /// <summary>Reads a compose file.</summary>
    public static Deployment OfCompose(string path)
    {
        YamlNode root = Documents(path).Single();
        YamlNode services = root["services"];
        int replicas = int.Parse(Text(services["worker"]["deploy"]["replicas"]), CultureInfo.InvariantCulture);
        DeployedNode Node(string service, string machine) => new(
            machine,
            Texts(services[service]["command"]),
            ((YamlMappingNode)services[service]["environment"]).ToDictionary(e => Text(e.Key), e => DefaultOf(Text(e.Value))));
        string[] volumes = [.. Texts(services["server"]["volumes"]).Select(volume => volume.Split(':')[1])];
        return new Deployment(
            Node("server", "server"),
            [.. Enumerable.Range(1, replicas).Select(i => Node("worker", $"worker-{i}"))],
            [.. volumes, .. Texts(services["server"]["secrets"]).Select(secret => $"/run/secrets/{secret}")],
            null,
            new Dictionary<string, string>());
    }

    /// <summary>Reads a file of Kubernetes.</summary>
    public static Deployment OfKubernetes(string path)
    {
        YamlNode[] documents = [.. Documents(path)];
        YamlNode OfKind(string kind) => documents.Single(document => Text(document["kind"]) == kind);
        YamlNode set = OfKind("StatefulSet"), deployment = OfKind("Deployment");
        string service = Text(set["spec"]["serviceName"]);
        if (Text(OfKind("Service")["metadata"]["name"]) != service)
        {
            throw new InvalidDataException("The stateful set names a service that is not there.");
        }

        string server = $"{Text(set["metadata"]["name"])}-0";
        YamlNode container = set["spec"]["template"]["spec"]["containers"][0];
        int workers = int.Parse(Text(deployment["spec"]["replicas"]), CultureInfo.InvariantCulture);
        string worker = Text(deployment["metadata"]["name"]);
        int health = ((YamlSequenceNode)container["ports"]).Children
            .Where(port => ((YamlMappingNode)port).Children.ContainsKey("name") && Text(port["name"]) == Text(container["livenessProbe"]["httpGet"]["port"]))
            .Select(port => int.Parse(Text(port["containerPort"]), CultureInfo.InvariantCulture)).Single();
        return new Deployment(
            OfPod(container, server),
            [.. Enumerable.Range(0, workers).Select(i => OfPod(deployment["spec"]["template"]["spec"]["containers"][0], $"{worker}-{i}"))],
            [.. ((YamlSequenceNode)container["volumeMounts"]).Select(mount => Text(mount["mountPath"]))],
            health,
            new Dictionary<string, string> { [$"{server}.{service}"] = server });
    }

    /// <summary>Reads the units and their environment.</summary>
    public static Deployment OfUnits(string folder)
    {
        Dictionary<string, string> variables = File.ReadLines(Path.Combine(folder, "distsgd.env"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        string server = variables["DISTSGD_SERVER"].Split(':')[0];
        DeployedNode Node(string unit, string machine, string instance) => new(machine, ArgumentsOf(unit, machine, instance), variables);
        string[] ArgumentsOf(string unit, string machine, string instance)
        {
            string line = File.ReadLines(Path.Combine(folder, unit)).Single(text => text.StartsWith("ExecStart=", StringComparison.Ordinal));
            return [.. line["ExecStart=/usr/bin/dotnet /opt/distsgd/distsgd.dll ".Length..].Split(' ').Select(word => Variable().Replace(
                word.Replace("%H", machine, StringComparison.Ordinal).Replace("%i", instance, StringComparison.Ordinal),
                match => variables[match.Groups[1].Value]))];
        }

        int workers = int.Parse(variables["DISTSGD_WORKERS"], CultureInfo.InvariantCulture);
        return new Deployment(
            Node("distsgd-server.service", server, ""),
            [.. Enumerable.Range(1, workers).Select(i => Node("distsgd-worker@.service", $"machine{i}", "1"))],
            ["/var/lib/distsgd", "%d", "/opt/distsgd"],
            null,
            new Dictionary<string, string>());
    }

    /// <summary>The command of the image's health check.</summary>
    public static string[] HealthCheckOf(string dockerfile)
    {
        string line = File.ReadLines(dockerfile).Single(text => text.StartsWith("HEALTHCHECK", StringComparison.Ordinal));
        return JsonSerializer.Deserialize<string[]>(line[line.IndexOf('[', StringComparison.Ordinal)..])!;
    }

    private static DeployedNode OfPod(YamlNode container, string pod)
    {
        Dictionary<string, string> variables = ((YamlSequenceNode)container["env"]).ToDictionary(
            entry => Text(entry["name"]),
            entry => ((YamlMappingNode)entry).Children.TryGetValue("value", out YamlNode? value) ? Text(value) : pod);
        return new DeployedNode(
            pod, [.. Texts(container["args"]).Select(text => PodVariable().Replace(text, match => variables[match.Groups[1].Value]))], variables);
    }

    private static IEnumerable<YamlNode> Documents(string path)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(path);
        stream.Load(reader);
        return stream.Documents.Select(document => document.RootNode);
    }

    private static string Text(YamlNode node) => ((YamlScalarNode)node).Value!;

    private static string[] Texts(YamlNode node) => [.. ((YamlSequenceNode)node).Select(Text)];

    // ${NAME:-default}
    private static string DefaultOf(string text) => Default().Replace(text, match => match.Groups[1].Value);

    [GeneratedRegex(@"\$\{\w+:-([^}]*)\}")]
    private static partial Regex Default();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex PodVariable();
}
