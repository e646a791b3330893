using DistSgd.Hosting;
using DistSgd.Testing.Hosts;

namespace DistSgd.Simulation.Tests;

/// <summary>The simulator keeps what every host promises.</summary>
public sealed class SimulatedClusterTests : HostConformance
{
    protected override ITrainingCluster Create(ClusterSetup setup) => new SimulatedCluster(setup);

    protected override IHostedActors Host(ActorCast cast) => new HostedActors(cast);

    private sealed class HostedActors(ActorCast cast) : IHostedActors
    {
        private readonly SimulatedCluster _cluster = new(cast.Config, cast.Task, new SimulationCast
        {
            CreateServer = (_, _) => cast.Leader,
            CreateWorker = cast.CreateWorker,
            CreateMonitor = () => new ScriptedActor(static (_, _) => { }),
            Written = cast.Emitted,
            IsSupervised = false,
        });

        public void Run() => _cluster.RunActors();

        public void Dispose() => _cluster.Dispose();
    }
}
