using System.Numerics.Tensors;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>The parts of one request as they come in, each shard exactly once, and the means that they make.</summary>
public sealed class CurvatureAssembly
{
    private readonly CurvaturePart?[] _byFirstShard;
    private readonly int _examples;
    private int _missing;

    /// <summary>Opens an assembly for the shards of a run.</summary>
    /// <param name="shards">Number of shards.</param>
    /// <param name="examples">Number of examples of all shards, by which sums are divided.</param>
    public CurvatureAssembly(int shards, int examples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        _byFirstShard = new CurvaturePart?[shards];
        _examples = examples;
        Clear();
    }

    /// <summary>Forgets what came in: another request opens.</summary>
    public void Clear()
    {
        Array.Clear(_byFirstShard);
        _missing = _byFirstShard.Length;
    }

    /// <summary>Takes parts in; a shard that is there already is ignored.</summary>
    /// <param name="parts">The parts.</param>
    /// <returns>True once every shard is there.</returns>
    public bool Add(ReadOnlySpan<CurvaturePart> parts)
    {
        foreach (CurvaturePart part in parts)
        {
            if (_byFirstShard[part.Range.First] is null)
            {
                _byFirstShard[part.Range.First] = part;
                _missing -= part.Range.Count;
            }
        }

        return _missing == 0;
    }

    /// <summary>Joins the parts, vectors in the fixed tree over the shard index and losses by ascending shard, and answers the request.</summary>
    /// <param name="request">The request that the parts belong to.</param>
    public void Answer(CurvatureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var losses = new double[request.Points];
        var tree = new GradientTree(_byFirstShard.Length);
        foreach (CurvaturePart part in _byFirstShard.OfType<CurvaturePart>())
        {
            foreach (double[] ofShard in part.Losses)
            {
                TensorPrimitives.Add(losses, ofShard, losses);
            }

            if (part.Sum is { } sum)
            {
                tree.Add(part.Range.First, sum);
            }
        }

        if (request.Mean is { } mean)
        {
            TensorPrimitives.Divide(tree.Sum().Span, _examples, mean.Span);
        }

        TensorPrimitives.Divide(losses, _examples, losses);
        request.Answer(losses);
    }
}
