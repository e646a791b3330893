using DistSgd.Numerics.Memory;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Simulation.Checks;

/// <summary>In every mode a completed step has one state: what is evaluated is what its checkpoint holds and what the run ends with.</summary>
internal sealed class StateCheck() : Check("one state a step")
{
    private readonly Dictionary<long, float[]> _states = [];

    /// <inheritdoc/>
    public override void ServerStarted(int term, Checkpoint? from) => _states.Clear();

    /// <inheritdoc/>
    public override void Sending(string from, string to, object message)
    {
        if (message is EvaluateBlocks request)
        {
            Compare(request.Step, request.Parameters, "an evaluation");
        }
    }

    /// <inheritdoc/>
    public override void Written(Checkpoint checkpoint)
    {
        // Where slices are applied one by one, an interrupted run that has nobody left to go on ends in the middle of a step.
        if (checkpoint.State.ShardClocks is not { } clocks || clocks.Sum() == checkpoint.State.Step * clocks.Count)
        {
            Compare(checkpoint.State.Step, checkpoint.Parameters, "a checkpoint");
        }
    }

    /// <inheritdoc/>
    public override void Ended(RunResult result) => Compare(result.Step, result.FinalModel!.Parameters, "the final model");

    private void Compare(long step, AlignedVector found, string where)
    {
        if (_states.TryGetValue(step, out float[]? state))
        {
            Require(found.Span.SequenceEqual(state), $"{where} of step {step} has other parameters than what was seen of that step before");
        }
        else
        {
            _states[step] = found.Span.ToArray();
        }
    }
}
