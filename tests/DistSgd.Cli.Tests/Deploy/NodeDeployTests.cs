using DistSgd.Testing.Programs;
using Xunit.Abstractions;

namespace DistSgd.Cli.Tests.Deploy;

public sealed class NodeDeployTests(ITestOutputHelper output) : DeployTests(output);
