using System.Globalization;
using DistSgd.Hosting.Supervision;
using DistSgd.Monitoring.Events;

namespace DistSgd.Cli.Views;

/// <summary>How a cluster is, as a person reads it.</summary>
internal static class ClusterStatusText
{
    private static readonly string[] Columns = ["name", "role", "pid", "state", "shards", "restarts"];
    private static readonly bool[] IsNumber = [false, false, true, false, false, true];

    /// <summary>The lines of a status.</summary>
    /// <param name="status">The status.</param>
    /// <returns>The text, without a final line end.</returns>
    public static string Of(ClusterStatus status)
    {
        string path = Display.Path(status.Directory);
        var lines = new List<string> { Row("run", path), Row("state", State(status)), Row("step", Step(status)) };
        if (status.Loss is { } loss)
        {
            string accuracy = status.Accuracy is { } fraction ? $", accuracy {Display.Percent(fraction)}" : "";
            lines.Add(Row("training", $"loss {Display.Number(loss)}{accuracy}, {Display.Count(status.SamplesPerSecond ?? 0)} samples/s"));
        }

        lines.Add(Row("address", status.Address));
        lines.Add(Row("supervisor", $"process {status.Supervisor}"));
        if (Advice(status, Display.Argument(path)) is { } advice)
        {
            lines.Add(Row("next", advice));
        }

        lines.Add("");
        string[][] cells = [.. status.Nodes.Select(Cells)];
        return string.Join('\n', lines.Concat(new TextTable(Columns, cells, IsNumber).Lines(null)));
    }

    /// <summary>Shard numbers as short as they can be said: 0 to 3.</summary>
    public static string Shards(IReadOnlyList<int> shards) => shards switch
    {
        [int first, .., int last] when shards.Count > 2 && last - first == shards.Count - 1 => $"{first} to {last}",
        _ => string.Join(", ", shards),
    };

    private static string State(ClusterStatus status)
    {
        string processes = status.IsAlive ? "; its nodes are still ending"
            : status.Outcome == RunOutcomes.Interrupted ? "; its nodes have ended with a checkpoint" : "";
        return status.State switch
        {
            ClusterState.WaitingForWorkers => $"waiting for workers: {status.Joined} of {status.Workers} have joined",
            ClusterState.Running => $"running with {status.Joined} of {status.Workers} workers",
            ClusterState.Restarting => "its server crashed and is being started again",
            ClusterState.Crashed => $"crashed: its supervisor is gone{processes}",
            ClusterState.Failed => "ended without a result",
            ClusterState.Finished => $"finished: {status.Outcome}",
            _ => status.State.ToString().ToLowerInvariant(),
        };
    }

    private static string Step(ClusterStatus status)
    {
        string total = status.StepsTotal is { } steps ? string.Create(CultureInfo.InvariantCulture, $" of {steps}") : "";
        string epoch = status.Epoch is { } number ? string.Create(CultureInfo.InvariantCulture, $", epoch {number}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{status.Step}{total}{epoch}");
    }

    private static string? Advice(ClusterStatus status, string path) => status.State switch
    {
        ClusterState.Crashed or ClusterState.Interrupted or ClusterState.Failed => $"distsgd cluster up --resume {path}",
        ClusterState.Finished or ClusterState.Ending => null,
        _ => $"stop it with: distsgd cluster down {path}",
    };

    private static string[] Cells(NodeStatus node) =>
    [
        Display.Printable(node.Name),
        node.Role,
        node.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-",
        node.State,
        node.Shards.Count > 0 ? Shards(node.Shards) : node.State == MembershipChanges.Joined ? "stands by" : "-",
        node.Restarts.ToString(CultureInfo.InvariantCulture),
    ];

    private static string Row(string name, string value) => $"{name,-11} {Display.Printable(value)}";
}
