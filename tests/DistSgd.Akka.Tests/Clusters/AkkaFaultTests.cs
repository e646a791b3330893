using DistSgd.Testing.Programs;

namespace DistSgd.Akka.Tests.Clusters;

/// <summary>The harm that clusters of the node engine are done, done to real Akka.Clusters of processes.</summary>
public sealed class AkkaFaultTests : ClusterFaults
{
    protected override string Engine => AkkaEngine.EngineName;

    // A process of Akka's is up two seconds later than one without.
    protected override int Steps => 30_000;

    // The rest of the cluster gives itself up before it finds the server's next life: that takes some ten seconds.
    protected override int[] ServerDeaths => [300];
}
