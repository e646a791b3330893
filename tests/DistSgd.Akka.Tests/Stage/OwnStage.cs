using Akka.Actor;
using Akka.Configuration;
using DistSgd.Akka.Nodes;
using DistSgd.Akka.Stage;
using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Akka.Tests.Stage;

/// <summary>A stage with an actor system of its own, which is no member of any cluster.</summary>
internal sealed class OwnStage : IActorStage
{
    private readonly ActorSystem _system = ActorSystem.Create(
        "stage", ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(ClusterSettings.Common));

    private readonly AkkaStage _stage;

    public OwnStage(TimeProvider clock, ITransport transport, Action<TrainingEvent> emit) =>
        _stage = new AkkaStage(clock, transport, emit, (props, name) => _system.ActorOf(props, name));

    public void Add(ActorId id, IActor actor) => _stage.Add(id, actor);

    public void Add(ActorId id, IActor actor, bool isLent) => _stage.Add(id, actor, isLent);

    public void Post(ActorId receiver, object message) => _stage.Post(receiver, message);

    public void Run() => _stage.Run();

    public void Dispose()
    {
        _stage.Dispose();
        _system.Terminate().Wait();
        _system.Dispose();
    }
}
