using DistSgd.Learning;
using DistSgd.Learning.Evaluation;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>One evaluation in progress: which blocks have come in, and their sums, joined in block order whoever computed them.</summary>
public sealed class EvaluationRound
{
    private readonly BlockResult?[] _blocks;
    private readonly int _examples;
    private int _missing;

    /// <summary>Opens an evaluation.</summary>
    /// <param name="part">The part.</param>
    /// <param name="examples">Its number of examples, at least 1.</param>
    public EvaluationRound(DataPart part, int examples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        Part = part;
        _examples = examples;
        _blocks = new BlockResult?[BlockEvaluator.BlockCount(examples)];
        _missing = _blocks.Length;
    }

    /// <summary>The part that is evaluated.</summary>
    public DataPart Part { get; }

    /// <summary>Number of blocks.</summary>
    public int BlockCount => _blocks.Length;

    /// <summary>Takes blocks in; repeated ones are ignored.</summary>
    /// <param name="report">The blocks.</param>
    /// <returns>True once every block is there.</returns>
    public bool Add(BlocksEvaluated report)
    {
        ArgumentNullException.ThrowIfNull(report);
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
}
