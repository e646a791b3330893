using DistSgd.Hosting.InProcess;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Actors;

namespace DistSgd.Hosting.Tests.InProcess;

public sealed class InProcessConformanceTests : HostConformance
{
    protected override ITrainingCluster Create(ClusterSetup setup) => new InProcessCluster(setup);

    protected override IHostedActors Host(ActorCast cast) => new HostedActors(cast);

    private sealed class HostedActors : IHostedActors
    {
        private readonly InProcessLoop _loop;

        public HostedActors(ActorCast cast)
        {
            _loop = new InProcessLoop(cast.Config.Cluster.Workers, cast.CreateWorker, TimeProvider.System, cast.Emitted);
            _loop.Add(ActorId.Server, cast.Leader);
        }

        public void Run() => _loop.Run();

        public void Dispose() => _loop.Dispose();
    }
}
