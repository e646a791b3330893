using DistSgd.Testing.Programs;
using Xunit.Abstractions;

namespace DistSgd.Akka.Tests.Clusters;

/// <summary>The files of <c>deploy</c> with the one variable changed.</summary>
public sealed class AkkaDeployTests(ITestOutputHelper output) : DeployTests(output)
{
    protected override string Engine => AkkaEngine.EngineName;
}
