using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Cluster;

public sealed class ClusterFaultTests : ClusterFaults;
