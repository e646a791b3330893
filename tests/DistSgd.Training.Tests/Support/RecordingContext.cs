using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Training.Tests.Support;

/// <summary>Keeps what a single actor does to the world.</summary>
internal sealed class RecordingContext(ActorId self) : IActorContext
{
    public ActorId Self => self;

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public List<(ActorId Receiver, object Message)> Sent { get; } = [];

    public List<object> Timers { get; } = [];

    public Queue<IComputation> Works { get; } = new();

    public void Send(ActorId receiver, object message) => Sent.Add((receiver, message));

    public void StartTimer(TimeSpan delay, object message) => Timers.Add(message);

    public void Compute(IComputation work) => Works.Enqueue(work);

    public void Emit(TrainingEvent trainingEvent)
    {
    }

    public void Stop()
    {
    }

    /// <summary>Does the next work, and tells the actor.</summary>
    public void Finish(IActor actor)
    {
        IComputation work = Works.Dequeue();
        work.Run();
        actor.Receive(work, this);
    }
}
