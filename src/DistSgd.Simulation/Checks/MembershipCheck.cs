using DistSgd.Monitoring.Events;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Protocol;

namespace DistSgd.Simulation.Checks;

/// <summary>The log tells of each worker's coming and going in turn, and a deal gives every shard to exactly one worker.</summary>
/// <param name="shards">Number of shards.</param>
internal sealed class MembershipCheck(int shards) : Check("shards dealt once")
{
    private readonly Dictionary<string, int[]> _held = [];

    /// <inheritdoc/>
    public override void ServerStarted(int term, Checkpoint? from) => _held.Clear();

    /// <inheritdoc/>
    public override void Logged(int term, TrainingEvent trainingEvent)
    {
        if (trainingEvent is not Membership change)
        {
            return;
        }

        bool isThere = _held.ContainsKey(change.Worker);
        switch (change.Change)
        {
            case MembershipChanges.Joined:
                Require(!isThere, $"{change.Worker} joined, and was there already");
                break;
            case MembershipChanges.Reassigned:
                Require(isThere, $"{change.Worker} got other shards, and was not there");
                break;
            case MembershipChanges.Left or MembershipChanges.Lost:
                _held.Remove(change.Worker);
                return;
        }

        _held[change.Worker] = [.. change.Shards];
    }

    /// <inheritdoc/>
    public override void Sending(string from, string to, object message)
    {
        // The first of a step's messages; whoever is gone since the deal takes its shards along.
        if (message is StepStarted)
        {
            int[] all = [.. _held.Values.SelectMany(held => held).Order()];
            Require(all.Distinct().Count() == all.Length, $"shards {string.Join(", ", all)} are held by {_held.Count} workers; expected each once");
            Require(all.Length == shards, $"{all.Length} of {shards} shards are held at the start of a step");
        }
    }
}
