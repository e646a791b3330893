using DistSgd.Fuzz.Sockets;
using DistSgd.Testing.Hosts.Nodes;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>Alone, because it counts the threads of the process.</summary>
[CollectionDefinition(nameof(SocketFuzzTests), DisableParallelization = true)]
[Collection(nameof(SocketFuzzTests))]
public sealed class SocketFuzzTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hundreds_of_hostile_connections_leave_a_run_its_bits_and_nothing_behind(bool unix)
    {
        var fuzzer = new SocketFuzzer(seed: 2026);
        fuzzer.Run(500, unix ? NodePlaces.Unix() : NodePlaces.Tcp());
        fuzzer.Endings.Values.Sum().ShouldBe(500);
        fuzzer.Endings[Ending.Refused].ShouldBeGreaterThan(200);
        fuzzer.Endings[Ending.Went].ShouldBeGreaterThan(50);
        fuzzer.Deeds.Count().ShouldBe(14, "everything is tried");
        fuzzer.Joined.ShouldBeGreaterThan(10);
        fuzzer.Steps.ShouldBeGreaterThan(20);
    }
}
