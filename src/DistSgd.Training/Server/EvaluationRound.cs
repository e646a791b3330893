using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Monitoring.Events;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>One evaluation in progress: which blocks have come in, and their sums, joined in block order whoever computed them.</summary>
public sealed class EvaluationRound
{
    private readonly int _term;
    private readonly long _step;
    private readonly int _examples;
    private readonly BlockResult?[] _blocks;
    private int _missing;

    /// <summary>Opens an evaluation.</summary>
    /// <param name="term">Term of the server.</param>
    /// <param name="step">Number of completed steps.</param>
    /// <param name="part">The part.</param>
    /// <param name="examples">Its number of examples, at least 1.</param>
    public EvaluationRound(int term, long step, DataPart part, int examples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        _term = term;
        _step = step;
        Part = part;
        _examples = examples;
        _blocks = new BlockResult?[BlockEvaluator.BlockCount(examples)];
        _missing = _blocks.Length;
    }

    /// <summary>The part that is evaluated.</summary>
    public DataPart Part { get; }

    /// <summary>Asks every worker for a run of blocks.</summary>
    /// <param name="workers">The workers.</param>
    /// <param name="parameters">The parameters, not changed until all blocks have come in.</param>
    /// <param name="context">The context of the server.</param>
    public void Start(IReadOnlyList<ActorId> workers, AlignedVector parameters, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(context);
        for (int w = 0; w < workers.Count; w++)
        {
            int first = (int)((long)_blocks.Length * w / workers.Count);
            int end = (int)((long)_blocks.Length * (w + 1) / workers.Count);
            if (end > first)
            {
                context.Send(workers[w], new EvaluateBlocks(_term, _step, Part, first, end - first, parameters));
            }
        }
    }

    /// <summary>Takes blocks in; those of another evaluation and repeated ones are ignored.</summary>
    /// <param name="report">The blocks.</param>
    /// <returns>True once every block is there.</returns>
    public bool Add(BlocksEvaluated report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (report.Term != _term || report.Step != _step || report.Part != Part)
        {
            return false;
        }

        for (int i = 0; i < report.Results.Length; i++)
        {
            ref BlockResult? block = ref _blocks[report.FirstBlock + i];
            _missing -= block is null ? 1 : 0;
            block ??= report.Results[i];
        }

        return _missing == 0;
    }

    /// <summary>The means over all blocks.</summary>
    /// <returns>Loss and accuracy.</returns>
    public EvaluationResult Result()
    {
        var total = default(BlockResult);
        foreach (BlockResult? block in _blocks)
        {
            total += block!.Value;
        }

        return EvaluationResult.From(total, _examples);
    }

    /// <summary>What the log has of the evaluation.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="epoch">Epoch of the last step.</param>
    /// <param name="isClassifier">True if accuracy means something.</param>
    /// <returns>The event.</returns>
    public Monitoring.Events.Evaluation ToEvent(DateTimeOffset now, int epoch, bool isClassifier)
    {
        EvaluationResult result = Result();
        return new Monitoring.Events.Evaluation
        {
            Time = now,
            Step = _step,
            Epoch = epoch,
            Split = Part switch
            {
                DataPart.Validation => DataSplits.Validation,
                DataPart.Test => DataSplits.Test,
                _ => DataSplits.Train,
            },
            Loss = result.Loss,
            Accuracy = isClassifier ? result.Accuracy : null,
            Examples = result.Examples,
        };
    }
}
