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
    private readonly AlignedVector _parameters;
    private readonly BlockResult?[] _blocks;
    private readonly ActorId?[] _owners;
    private int _missing;

    /// <summary>Opens an evaluation.</summary>
    /// <param name="term">Term of the server.</param>
    /// <param name="step">Number of completed steps.</param>
    /// <param name="part">The part.</param>
    /// <param name="examples">Its number of examples, at least 1.</param>
    /// <param name="parameters">The parameters, not changed until all blocks have come in.</param>
    public EvaluationRound(int term, long step, DataPart part, int examples, AlignedVector parameters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        _term = term;
        _step = step;
        Part = part;
        _examples = examples;
        _parameters = parameters;
        _blocks = new BlockResult?[BlockEvaluator.BlockCount(examples)];
        _owners = new ActorId?[_blocks.Length];
        _missing = _blocks.Length;
    }

    /// <summary>The part that is evaluated.</summary>
    public DataPart Part { get; }

    /// <summary>Takes note that a worker has gone, and with it the blocks that it was asked for.</summary>
    /// <param name="worker">The worker.</param>
    public void Disown(ActorId worker)
    {
        foreach (ref ActorId? owner in _owners.AsSpan())
        {
            owner = owner == worker ? null : owner;
        }
    }

    /// <summary>Asks workers for the blocks that nobody who is there has been asked for, a run of blocks each.</summary>
    /// <param name="workers">The workers that are there; without any, nothing is asked for yet.</param>
    /// <param name="context">The context of the server.</param>
    public void Ask(IReadOnlyList<ActorId> workers, IActorContext context)
    {
        ArgumentNullException.ThrowIfNull(workers);
        ArgumentNullException.ThrowIfNull(context);
        int[] orphans = [.. Enumerable.Range(0, _blocks.Length).Where(block => _blocks[block] is null && _owners[block] is null)];
        for (int w = 0; w < workers.Count; w++)
        {
            int first = (int)((long)orphans.Length * w / workers.Count);
            int end = (int)((long)orphans.Length * (w + 1) / workers.Count);
            AskFor(orphans.AsSpan(first..end), workers[w], context);
        }
    }

    /// <summary>Takes blocks in; those of another evaluation and repeated ones are ignored.</summary>
    /// <param name="report">The blocks.</param>
    /// <returns>True once every block is there.</returns>
    public bool Add(BlocksEvaluated report)
    {
        ArgumentNullException.ThrowIfNull(report);
        bool fits = report.FirstBlock >= 0 && report.FirstBlock + (long)report.Results.Length <= _blocks.Length;
        if (!fits || report.Term != _term || report.Step != _step || report.Part != Part)
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

    /// <summary>Asks one worker for blocks, a message for each run of neighbours.</summary>
    private void AskFor(ReadOnlySpan<int> blocks, ActorId worker, IActorContext context)
    {
        for (int i = 0; i < blocks.Length;)
        {
            int count = 1;
            while (i + count < blocks.Length && blocks[i + count] == blocks[i] + count)
            {
                count++;
            }

            context.Send(worker, new EvaluateBlocks(_term, _step, Part, blocks[i], count, _parameters));
            _owners.AsSpan(blocks[i], count).Fill(worker);
            i += count;
        }
    }
}
