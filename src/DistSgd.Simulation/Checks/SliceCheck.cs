using DistSgd.Monitoring.Events;

namespace DistSgd.Simulation.Checks;

/// <summary>Every slice is counted exactly once a step: the log has the examples of each step's batch, and each step once a life.</summary>
/// <param name="reference">Knows the batches.</param>
internal sealed class SliceCheck(ReferenceRun reference) : Check("every slice counted once")
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
        Require(window.Examples == expected, $"step {window.Step} counts {window.Examples} examples; expected {expected}");
        _next = window.Step;
    }
}
