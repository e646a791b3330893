using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Training.Server;

/// <summary>How a run ended.</summary>
/// <param name="Outcome">One of <see cref="Monitoring.Events.RunOutcomes"/>.</param>
/// <param name="Reason">Why it ended before its time; null if it did not.</param>
/// <param name="Step">Number of completed steps.</param>
/// <param name="Epoch">Epoch of the last step, from 1.</param>
/// <param name="Seconds">Time from the first step to the last.</param>
/// <param name="Examples">Number of examples that the steps of this life of the server processed.</param>
/// <param name="Evaluations">The last evaluation of each part.</param>
public sealed record RunResult(
    string Outcome,
    string? Reason,
    long Step,
    int Epoch,
    double Seconds,
    long Examples,
    IReadOnlyDictionary<DataPart, EvaluationResult> Evaluations)
{
    /// <summary>The last checkpoint, which holds the final parameters.</summary>
    public CheckpointReceipt? FinalCheckpoint { get; set; }

    /// <summary>The final parameters.</summary>
    public SavedModel? FinalModel { get; set; }
}
