using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;

namespace DistSgd.Simulation.Checks;

/// <summary>
/// Every slice is counted exactly once a step: the log has the examples of each step's batch, and each step once a life. In mode backup it
/// has no more; in ssp and async the slices of a step are of several batches, and the ledger of staleness counts them.
/// </summary>
/// <param name="reference">Knows the batches.</param>
/// <param name="config">Mode and backup.</param>
/// <param name="shards">Number of shards.</param>
internal sealed class SliceCheck(ReferenceRun reference, ClusterConfig config, int shards) : Check("every slice counted once")
{
    private long _next;

    /// <inheritdoc/>
    public override void ServerStarted(int term, Training.Checkpoints.Checkpoint? from) => _next = from?.State.Step ?? 0;

    /// <inheritdoc/>
    public override void Logged(int term, TrainingEvent trainingEvent)
    {
        if (trainingEvent is not StepWindow window)
        {
            return;
        }

        Require(
            window.FirstStep == _next + 1 && window.Step == _next + 1 && window.Count == 1,
            $"steps {window.FirstStep} to {window.Step} completed; expected step {_next + 1}");
        int expected = reference.ExamplesOf(_next);
        int slices = window.Staleness.Sum(), full = Math.Min(shards, expected); // slices differ by one example, so these are not empty
        bool isRight = config.Mode switch
        {
            ConsistencyMode.Sync => window.Examples == expected && slices == full,
            ConsistencyMode.Backup => window.Examples <= expected && slices <= full && slices >= full - config.Backup,
            _ => slices <= shards,
        };
        Require(isRight, $"step {window.Step} counts {window.Examples} examples in {slices} slices; expected {expected} in {full}");
        _next = window.Step;
    }
}
