using System.Text.Json;
using System.Text.Json.Serialization;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Supervision;

/// <summary>What a node's process is doing, by the knowledge of its supervisor.</summary>
public enum NodeState
{
    /// <summary>Its process is not started yet, or not ready.</summary>
    Starting,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>It crashed and is about to be started again.</summary>
    Restarting,

    /// <summary>It ended and is not needed any more.</summary>
    Ended,

    /// <summary>It failed and is not started again.</summary>
    Failed,
}

/// <summary>The process that supervises a cluster.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="Started">When the system started it.</param>
public sealed record SupervisorEntry(int Pid, DateTimeOffset Started);

/// <summary>A node of a cluster.</summary>
/// <param name="Name">Its name: <c>server</c>, <c>worker-0</c> ...</param>
/// <param name="Role">One of <see cref="NodeRoles"/>.</param>
/// <param name="Pid">Id of its present or last process; null before the first.</param>
/// <param name="Address">Where it accepts connections; null for a worker.</param>
/// <param name="Started">When that process was started; null before the first.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="State">What it is doing.</param>
public sealed record NodeEntry(
    string Name, string Role, int? Pid, string? Address, DateTimeOffset? Started, int Restarts, NodeState State);

/// <summary>Values of <see cref="NodeEntry.Role"/>.</summary>
public static class NodeRoles
{
    /// <summary>The parameter server with the monitor.</summary>
    public const string Server = "server";

    /// <summary>A worker.</summary>
    public const string Worker = "worker";
}

/// <summary>The processes of a cluster, <c>cluster.json</c>; written by its supervisor whenever one comes or goes.</summary>
public sealed record ClusterFile
{
    private static readonly JsonSerializerOptions Options = new(RunJson.Options)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Name of the run's directory.</summary>
    public required string Run { get; init; }

    /// <summary>What carries the cluster: <c>node</c> or <c>akka</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>The process that started the nodes.</summary>
    public required SupervisorEntry Supervisor { get; init; }

    /// <summary>Where the server accepts workers: <c>unix:PATH</c> or <c>HOST:PORT</c>.</summary>
    public required string Address { get; init; }

    /// <summary>The file with the secret that workers prove to know.</summary>
    public required string TokenFile { get; init; }

    /// <summary>Number of workers that the supervisor starts.</summary>
    public required int Workers { get; init; }

    /// <summary>The server, then the workers.</summary>
    public required IReadOnlyList<NodeEntry> Nodes { get; init; }

    /// <summary>Reads the file of a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>What it says.</returns>
    /// <exception cref="InputException">There is none, or it cannot be read, or is damaged.</exception>
    public static ClusterFile Read(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            return JsonSerializer.Deserialize<ClusterFile>(File.ReadAllText(run.ClusterPath), Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            string line = e.LineNumber is { } number ? $":{number + 1}" : "";
            throw new InputException($"{run.ClusterPath}{line} is damaged: not the description of a cluster.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{run.FullPath} is no run of a cluster: it holds no {Path.GetFileName(run.ClusterPath)}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read {run.ClusterPath}: {e.Message}", e);
        }
    }

    /// <summary>The file's content.</summary>
    /// <returns>JSON without a final line end.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>Writes the file; whoever reads it meanwhile sees the old content or the new one.</summary>
    /// <param name="path">The file, <see cref="RunDirectory.ClusterPath"/>.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(
        path,
        stream =>
        {
            JsonSerializer.Serialize(stream, this, Options);
            stream.WriteByte((byte)'\n');
        },
        OpenUnflushed);

    // Of the processes named here none outlives the machine, so nobody waits until the file is on the disk.
    private static BufferedStream OpenUnflushed(string path) => new(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None));
}
