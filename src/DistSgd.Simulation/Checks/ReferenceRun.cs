using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Numerics.Memory;

namespace DistSgd.Simulation.Checks;

/// <summary>What one process without actors computes: the oracle of a run in mode sync.</summary>
internal sealed class ReferenceRun
{
    private readonly TrainingTask _task;
    private readonly List<float[]> _parameters = [];

    /// <summary>Trains to the end.</summary>
    /// <param name="task">What is trained.</param>
    public ReferenceRun(TrainingTask task)
    {
        _task = task;
        AlignedVector final = ReferenceTrainer.Train(task, inspect: (_, parameters) => _parameters.Add(parameters.Span.ToArray()));
        _parameters.Add(final.Span.ToArray());
    }

    /// <summary>Number of steps of the run.</summary>
    public long Steps => _task.TotalSteps;

    /// <summary>The parameters after a number of steps.</summary>
    /// <param name="step">The number.</param>
    public ReadOnlySpan<float> ParametersAfter(long step) => _parameters[(int)step];

    /// <summary>Number of examples of a step.</summary>
    /// <param name="step">Its index.</param>
    public int ExamplesOf(long step) => _task.Batches.RangeOf(step).Count;

    /// <summary>Loss and accuracy of a part of the data after a number of steps.</summary>
    /// <param name="part">The part.</param>
    /// <param name="step">The number.</param>
    public EvaluationResult Evaluate(DataPart part, long step)
    {
        var parameters = new AlignedVector(_parameters[0].Length);
        ParametersAfter(step).CopyTo(parameters.Span);
        (Learning.Data.Examples set, int[] indices) = _task.Data.Part(part);
        return new BlockEvaluator(_task.Architecture, _task.Data.Scaler).EvaluateAll(parameters, set, indices);
    }
}
