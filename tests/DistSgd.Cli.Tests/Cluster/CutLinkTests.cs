using System.Diagnostics;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Cluster;

/// <summary>A server and a worker on two machines, made of network namespaces, with a cable between them that is cut.</summary>
public class CutLinkTests : ClusterTest
{
    private const string ServerAddress = "10.77.61.1";

    private readonly string _server = $"distsgd-s{Environment.ProcessId}";
    private readonly string _worker = $"distsgd-w{Environment.ProcessId}";

    [SkippableFact]
    public void A_cut_link_loses_the_worker_and_a_mended_one_brings_it_back()
    {
        Skip.IfNot(CreateLink(), "no right to create network namespaces");
        try
        {
            string run = RunPath();
            using Process server = StartIn(_server, $"node server {Config} --run-dir {run} --set cluster.workers=2 --listen {ServerAddress}:7117");
            using var cluster = new RunningCluster(server, run);
            cluster.Await("the token", () => File.Exists(Path.Combine(run, "cluster.token")));
            string join = $"node worker --connect {ServerAddress}:7117 --token-file {run}/cluster.token";
            using Process near = StartIn(_server, $"{join} --name near");
            using Process far = StartIn(_worker, $"{join} --name far");
            cluster.AwaitStep(300);

            Shell($"ip -n {_worker} link set v1 down").ExitCode.ShouldBe(0);
            cluster.AwaitMembership("far", MembershipChanges.Lost);
            cluster.AwaitStep(1500);
            Shell($"ip -n {_worker} link set v1 up").ExitCode.ShouldBe(0);
            cluster.AwaitMembership("far", MembershipChanges.Joined, times: 2);

            ShouldEndLikeTrain(cluster);
            Finish(near).ExitCode.ShouldBe(0);
            Finish(far).ExitCode.ShouldBe(0);
        }
        finally
        {
            Shell($"ip netns del {_server}; ip netns del {_worker}");
        }
    }

    private bool CreateLink() => Shell(
        $"set -e; ip netns add {_server}; ip netns add {_worker}; "
        + $"ip link add v0 netns {_server} type veth peer name v1 netns {_worker}; "
        + $"ip -n {_server} addr add {ServerAddress}/24 dev v0; ip -n {_worker} addr add 10.77.61.2/24 dev v1; "
        + $"ip -n {_server} link set lo up; ip -n {_server} link set v0 up; ip -n {_worker} link set v1 up").ExitCode == 0;

    private Process StartIn(string space, string command) => StartShell($"exec ip netns exec {space} dotnet '{Program}' {command}");
}
