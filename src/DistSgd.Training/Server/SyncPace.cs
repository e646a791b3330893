using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>Mode sync: a step waits for every slice of its batch.</summary>
/// <param name="round">The open step.</param>
/// <param name="journal">Completes it.</param>
internal sealed class SyncPace(StepRound round, StepJournal journal) : IStepPace
{
    /// <inheritdoc/>
    public string WorkerOf(int shard) => round.WorkerOf(shard);

    /// <inheritdoc/>
    public void Start(long step, AlignedVector parameters, IActorContext context) => round.Start(step, parameters, context);

    /// <inheritdoc/>
    public StepOutcome? Take(GradientComputed gradient, IActorContext context) =>
        round.Add(gradient) ? journal.Complete(round.Sums, context) : null;

    /// <inheritdoc/>
    public void Disown(ActorId worker) => round.Disown(worker);

    /// <inheritdoc/>
    public void HandOver(IActorContext context) => round.HandOver(context);

    /// <inheritdoc/>
    public void Abandon() => round.Abandon();
}
