using DistSgd.Akka.Stage;
using DistSgd.Hosting;
using DistSgd.Hosting.Mailbox;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Akka.Tests.Stage;

/// <summary>A server whose actors Akka hosts, and workers that join over sockets, stay, go, and are cut off.</summary>
public sealed class AkkaConformanceTests : MembershipConformance
{
    protected override ITrainingCluster Create(ClusterSetup setup) => Nodes(setup, isLinked: false);

    protected override IElasticCluster CreateElastic(ClusterSetup setup) => Nodes(setup, isLinked: true);

    protected override IHostedActors Host(ActorCast cast) => new OneStage(cast, isLent: true);

    private static ThreadedNodes Nodes(ClusterSetup setup, bool isLinked) => new(
        setup, NodePlaces.Unix(), isLinked, createStage: static (clock, transport, emit) => new OwnStage(clock, transport, emit));
}

/// <summary>Actors that Akka's own threads run.</summary>
public sealed class AkkaThreadConformanceTests : ActorConformance
{
    protected override IHostedActors Host(ActorCast cast) => new OneStage(cast, isLent: false);
}

/// <summary>A leader and its workers in one actor system.</summary>
internal sealed class OneStage : IHostedActors, ITransport
{
    private readonly OwnStage _stage;
    private readonly List<ActorId> _actors = [ActorId.Server];

    public OneStage(ActorCast cast, bool isLent)
    {
        _stage = new OwnStage(TimeProvider.System, this, cast.Emitted);
        _stage.Add(ActorId.Server, cast.Leader, isLent);
        for (int w = 0; w < cast.Config.Cluster.Workers; w++)
        {
            _actors.Add(ActorId.Worker(w));
            _stage.Add(_actors[^1], cast.CreateWorker(_actors[^1]), isLent: false);
        }
    }

    public void Run()
    {
        _actors.ForEach(id => _stage.Post(id, new Begin()));
        _stage.Run();
    }

    public void Send(ActorId sender, ActorId receiver, object message) =>
        throw new InvalidOperationException($"{sender} sent {message.GetType().Name} to {receiver}, who is not here.");

    public void Dispose() => _stage.Dispose();
}
