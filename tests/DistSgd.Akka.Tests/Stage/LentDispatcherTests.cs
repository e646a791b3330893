using System.Diagnostics;
using DistSgd.Hosting.Mailbox;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Actors;

namespace DistSgd.Akka.Tests.Stage;

public sealed class LentDispatcherTests : ITransport
{
    // Akka hands a mailbox back after a hundred messages.
    private const int Messages = 5_000;

    [Fact]
    public void An_actor_that_always_has_another_message_stays_at_the_same_depth_of_the_stack()
    {
        var depths = new HashSet<int>();
        int handled = 0;
        using var stage = new OwnStage(TimeProvider.System, this, static _ => { });
        stage.Add(ActorId.Server, new ScriptedActor((message, context) =>
        {
            depths.Add(new StackTrace().FrameCount);
            context.Send(ActorId.Server, message);
            if (++handled == Messages)
            {
                context.Stop();
            }
        }));
        stage.Post(ActorId.Server, "again");
        Limited.Run(stage.Run);
        handled.ShouldBe(Messages);
        depths.Count.ShouldBeLessThan(3);
    }

    [Fact]
    public void Whoever_sends_a_message_runs_the_actor()
    {
        int last = 0;
        using var stage = new OwnStage(TimeProvider.System, this, static _ => { });
        stage.Add(ActorId.Server, new ScriptedActor((_, _) => Volatile.Write(ref last, Environment.CurrentManagedThreadId)));
        Limited.Until(
            () =>
            {
                stage.Post(ActorId.Server, "anything"); // the first ones wait until Akka has made the actor
                return Volatile.Read(ref last) == Environment.CurrentManagedThreadId;
            },
            "the sender runs the actor");
    }

    void ITransport.Send(ActorId sender, ActorId receiver, object message) => throw new InvalidOperationException($"{receiver} is not here.");
}
