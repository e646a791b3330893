using DistSgd.Training.Checkpoints;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Simulation.Checks;

/// <summary>Mode sync: at every step, in every checkpoint and at the end, the parameters are those of the reference, bit for bit.</summary>
/// <param name="reference">The reference.</param>
internal sealed class ParametersCheck(ReferenceRun reference) : Check("parameters equal to the reference")
{
    /// <inheritdoc/>
    public override void Sending(string from, string to, object message)
    {
        switch (message)
        {
            case StepStarted step:
                Compare(step.Parameters.Span, step.Step, "StepStarted");
                break;
            case RecomputeSlices request:
                Compare(request.Parameters.Span, request.Step, "RecomputeSlices");
                break;
            case EvaluateBlocks request:
                Compare(request.Parameters.Span, request.Step, "EvaluateBlocks");
                break;
        }
    }

    /// <inheritdoc/>
    public override void Written(Checkpoint checkpoint) => Compare(checkpoint.Parameters.Span, checkpoint.State.Step, "a checkpoint");

    /// <inheritdoc/>
    public override void Ended(RunResult result)
    {
        Require(result.Step == reference.Steps, $"the run ended after step {result.Step}; expected {reference.Steps}");
        Compare(result.FinalModel!.Parameters.Span, result.Step, "the final model");
    }

    private void Compare(ReadOnlySpan<float> found, long step, string where)
    {
        Require(step >= 0 && step <= reference.Steps, $"{where} is of step {step}; expected 0 to {reference.Steps}");
        Require(found.SequenceEqual(reference.ParametersAfter(step)), $"{where} of step {step} has other bits");
    }
}
