using System.Text.Json.Nodes;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Hosting.Tests.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Tests.Supervision;

public sealed class ClusterFileTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2025, 3, 10, 1, 5, 7, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();

    private RunDirectory Run => RunDirectory.OpenUnchecked(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        ClusterFile file = Sample();
        file.Write(Run.ClusterPath);
        (file with { Workers = 2 }).Write(Run.ClusterPath);

        ClusterFile read = ClusterFile.Read(Run);
        read.ShouldBe(file with { Workers = 2, Nodes = read.Nodes });
        read.Nodes.ShouldBe(file.Nodes);
        _directory.Files().ShouldBe(["cluster.json"]);
    }

    [Fact]
    public void Its_names_are_those_of_the_documentation()
    {
        JsonObject file = JsonNode.Parse(Sample().ToJson())!.AsObject();
        file.Select(property => property.Key).ShouldBe(["run", "engine", "supervisor", "address", "token_file", "workers", "nodes"]);
        file["supervisor"]!.AsObject().Select(property => property.Key).ShouldBe(["pid", "started"]);
        JsonObject node = file["nodes"]![0]!.AsObject();
        node.Select(property => property.Key).ShouldBe(["name", "role", "pid", "address", "started", "restarts", "state"]);
        node["state"]!.GetValue<string>().ShouldBe("running");
    }

    [Theory]
    [InlineData("{", "cluster.json:1 is damaged: not the description of a cluster.")]
    [InlineData("null", "cluster.json is damaged: not the description of a cluster.")]
    [InlineData("{\n\"run\": \"a\"}", " is damaged: not the description of a cluster.")]
    [InlineData("{\"run\": null}", " is damaged: not the description of a cluster.")]
    public void A_damaged_one_is_one_message(string text, string message)
    {
        _directory.WriteText("cluster.json", text);
        Should.Throw<InputException>(() => ClusterFile.Read(Run)).Message.ShouldEndWith(message);
    }

    [Fact]
    public void Where_there_is_none_there_is_no_cluster() => Should.Throw<InputException>(() => ClusterFile.Read(Run)).Message
        .ShouldBe($"{_directory.Path} is no run of a cluster: it holds no cluster.json.");

    private static ClusterFile Sample() => new()
    {
        Run = "a",
        Engine = "node",
        Supervisor = new SupervisorEntry(1, Start),
        Address = "unix:/a/server.sock",
        TokenFile = "/a/cluster.token",
        Workers = 1,
        Nodes =
        [
            new NodeEntry("server", "server", 2, "unix:/a/server.sock", Start, 0, NodeState.Running),
            new NodeEntry("worker-0", "worker", null, null, null, 3, NodeState.Restarting),
        ],
    };
}
