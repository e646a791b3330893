using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Server;

namespace DistSgd.Simulation.Checks;

/// <summary>Mode sync: evaluations find what the reference finds, to the last bit, and none that is due is left out.</summary>
/// <param name="reference">The reference.</param>
/// <param name="every">Steps from one evaluation of the validation part to the next.</param>
/// <param name="isSync">Whether the numbers are promised too.</param>
internal sealed class EvaluationCheck(ReferenceRun reference, long every, bool isSync) : Check("evaluations equal to the reference")
{
    private readonly HashSet<(string Split, long Step)> _seen = [];

    /// <inheritdoc/>
    public override void Logged(int term, TrainingEvent trainingEvent)
    {
        if (trainingEvent is Evaluation found)
        {
            _seen.Add((found.Split, found.Step));
            if (!isSync)
            {
                return;
            }

            DataPart part = found.Split switch
            {
                DataSplits.Validation => DataPart.Validation,
                DataSplits.Test => DataPart.Test,
                _ => DataPart.Training,
            };
            EvaluationResult expected = reference.Evaluate(part, found.Step);
            Require(
                found.Loss == expected.Loss && found.Accuracy == expected.Accuracy && found.Examples == expected.Examples,
                $"{found.Split} after step {found.Step}: loss {found.Loss}, accuracy {found.Accuracy}; expected {expected.Loss}, {expected.Accuracy}");
        }
    }

    /// <inheritdoc/>
    public override void Ended(RunResult result)
    {
        for (long step = every; step <= result.Step; step += every)
        {
            Require(_seen.Contains((DataSplits.Validation, step)), $"no evaluation after step {step}");
        }

        foreach (string split in (string[])[DataSplits.Validation, DataSplits.Train, DataSplits.Test])
        {
            Require(_seen.Contains((split, result.Step)), $"no final evaluation of {split}");
        }
    }
}
