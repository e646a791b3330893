using DistSgd.Hosting.Node;
using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>Actors of a test on nodes that are threads: the leader where the server would be, each worker behind a socket of its own.</summary>
internal sealed class HostedNodeActors : IHostedActors
{
    private readonly ActorCast _cast;
    private readonly NodeListener _listener;
    private readonly NodeLoop _loop;
    private readonly List<WorkerThread> _workers = [];

    public HostedNodeActors(ActorCast cast, NodeAddress address)
    {
        _cast = cast;
        _listener = NodeListener.Open(address);
        _loop = new NodeLoop(_listener, Settings(cast.Config), TimeProvider.System, cast.Emitted);
        _loop.Add(ActorId.Server, cast.Leader);
    }

    /// <summary>What the server of a run expects and tells.</summary>
    public static NodeServerSettings Settings(RunConfig config) => new()
    {
        Token = ThreadedNodes.Token,
        RunId = "small-run",
        Term = 1,
        ConfigYaml = ConfigWriter.ToYaml(config),
        ConfigDigest = ConfigDigest.Compute(config),
        DataSha256 = HostRuns.Task(config).Data.Dataset.Sha256,
        Shape = new RunShape(HostRuns.Task(config).Architecture.CreateLayout().Length, config.Data.Shards, GradientEncoding.Float32),
        Limits = new ConnectionLimits(TimeSpan.FromSeconds(config.Cluster.HeartbeatLimit)),
    };

    public void Run()
    {
        for (int w = 0; w < _cast.Config.Cluster.Workers; w++)
        {
            NodeWorkerSettings settings = WorkerThread.Settings($"worker-{w}", _listener.Address, ThreadedNodes.Token);
            _workers.Add(new WorkerThread(settings with { CreateActor = (self, _) => _cast.CreateWorker(self) }));
        }

        _loop.Run();
        _loop.End(RunOutcomes.Completed);
        _workers.ForEach(worker => worker.Join());
        _workers.ShouldAllBe(worker => worker.Failure == null);
    }

    public void Dispose()
    {
        _loop.Dispose();
        _workers.ForEach(worker => worker.Leave("the test is over"));
        _workers.ForEach(worker => worker.Join());
    }
}
