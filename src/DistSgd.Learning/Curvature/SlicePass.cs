using System.Numerics.Tensors;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>
/// Forward passes at many points of a line or a plane over the same inputs. The pre-activations of the first layer are linear in its
/// parameters, so they are multiplied out once for the origin and once for each direction, and only added up at a point.
/// </summary>
/// <remarks>
/// The first layer of a net with wide inputs makes most of a pass, so a slice of many points takes a small part of the time of as many
/// whole passes. The sums differ from theirs by rounding.
/// </remarks>
/// <param name="architecture">The model.</param>
/// <param name="pass">The pass, whose inputs are gathered.</param>
internal sealed class SlicePass(MlpArchitecture architecture, MlpPass pass)
{
    private readonly LayerShape _first = architecture.CreateLayout().Layers[0];
    private readonly AlignedVector _parameters = new(architecture.CreateLayout().Length);
    private readonly List<AlignedVector> _products = []; // of the origin, then of each direction
    private LossRequest? _request;
    private int _rows;

    /// <summary>Multiplies the first layer out for a new block of inputs.</summary>
    /// <param name="request">The points.</param>
    /// <param name="rows">Rows of the block.</param>
    public void Open(LossRequest request, int rows)
    {
        _request = request;
        _rows = rows;
        for (int i = 0; i <= request.Directions.Count; i++)
        {
            if (i == _products.Count)
            {
                _products.Add(new AlignedVector(pass.PreActivations(0).Length));
            }

            pass.Multiply(i == 0 ? request.Origin : request.Directions[i - 1], rows, _first, _products[i]);
        }
    }

    /// <summary>Computes the outputs at a point.</summary>
    /// <param name="point">Which of the request's points.</param>
    public void Forward(int point)
    {
        int length = _rows * MlpPass.Stride(_first.PaddedOutputs);
        Move(_products[0].Span[..length], i => _products[i + 1], 0, point, pass.PreActivations(0).Span[..length]);

        int rest = _first.BiasOffset + _first.BiasLength;
        Move(_request!.Origin.Span[rest..], i => _request.Directions[i], rest, point, _parameters.Span[rest..]);
        pass.ForwardFromFirst(_parameters, _rows);
    }

    /// <summary>sum ← origin + Σ coordinate · direction.</summary>
    private void Move(ReadOnlySpan<float> origin, Func<int, AlignedVector> direction, int offset, int point, Span<float> sum)
    {
        origin.CopyTo(sum);
        for (int i = 0; i < _request!.Directions.Count; i++)
        {
            float coordinate = (float)_request.Coordinates[point][i];
            TensorPrimitives.FusedMultiplyAdd<float>(direction(i).Span.Slice(offset, sum.Length), coordinate, sum, sum);
        }
    }
}
