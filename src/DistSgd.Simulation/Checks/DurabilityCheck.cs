using DistSgd.Monitoring.Events;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Server;

namespace DistSgd.Simulation.Checks;

/// <summary>A checkpoint is told of only once it is on the disk, the run ends with one of its last step, and none has another's name.</summary>
internal sealed class DurabilityCheck() : Check("checkpoints durable")
{
    private readonly HashSet<(int Term, long Step)> _written = [];

    /// <inheritdoc/>
    public override void Written(Checkpoint checkpoint) => _written.Add((checkpoint.State.Term, checkpoint.State.Step));

    /// <inheritdoc/>
    public override void Logged(int term, TrainingEvent trainingEvent)
    {
        if (trainingEvent is CheckpointWritten told)
        {
            Require(_written.Contains((term, told.Step)), $"the log of term {term} tells of a checkpoint of step {told.Step}, which was not written");
        }
    }

    /// <inheritdoc/>
    public override void Ended(RunResult result) =>
        Require(_written.Any(written => written.Step == result.Step), $"the run ended after step {result.Step}, of which there is no checkpoint");
}
