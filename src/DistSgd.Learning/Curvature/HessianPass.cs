using System.Numerics.Tensors;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;

namespace DistSgd.Learning.Curvature;

/// <summary>
/// Exact products of the Hessian of an MLP's summed loss with a vector, over blocks of rows: the R-operator, which carries the change of
/// every quantity along a direction through the forward and the backward pass (Pearlmutter 1994).
/// </summary>
/// <remarks>
/// Along the direction (V, v) a layer's change is R{z} = aV + v + R{a}W, and its error's R{δ} = (R{δ'}Wᵀ + δ'Vᵀ) ⊙ f′ + (δ'Wᵀ) ⊙ f″ ⊙ R{z}.
/// A product costs about one and a half gradients for one wide hidden layer and eight thirds for many; no Hessian is ever formed.
/// Where a piecewise linear activation has a kink its second derivative counts as zero.
/// </remarks>
internal sealed unsafe class HessianPass
{
    private readonly MlpArchitecture _architecture;
    private readonly LayerShape[] _layers;
    private readonly MlpPass _pass;
    private readonly AlignedVector[] _changes; // R{a} of layer l; of the last layer R{z}, then R{δ}
    private readonly AlignedVector?[] _bends; // f″ ⊙ R{z} of curved hidden layers
    private readonly AlignedVector?[] _changedDeltas; // R{δ} of hidden layers
    private readonly AlignedVector _scratch;
    private readonly AlignedVector _other;
    private readonly AlignedVector _transposed;
    private readonly AlignedVector _zeroBias;
    private readonly bool _isCurved;

    /// <summary>Allocates the memory of the changes beside that of a pass.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="pass">The pass, whose blocks this one extends.</param>
    public HessianPass(MlpArchitecture architecture, MlpPass pass)
    {
        _architecture = architecture;
        _layers = [.. architecture.CreateLayout().Layers];
        _pass = pass;
        _isCurved = SecondDerivatives.IsCurved(architecture.Activation);
        AlignedVector Block(LayerShape layer) => new(pass.MaxRows * MlpPass.Stride(layer.PaddedOutputs));
        _changes = Array.ConvertAll(_layers, Block);
        _bends = Array.ConvertAll(_layers, layer => IsHidden(layer) && _isCurved ? Block(layer) : null);
        _changedDeltas = Array.ConvertAll(_layers, layer => IsHidden(layer) ? Block(layer) : null);
        int widest = _layers.Max(layer => layer.PaddedOutputs);
        _scratch = new AlignedVector(_changes.Max(block => block.Length));
        _other = new AlignedVector(_scratch.Length);
        _transposed = new AlignedVector((widest + 1) * PanelProducts.PanelWidth);
        _zeroBias = new AlignedVector(widest);
    }

    /// <summary>Adds the product over the first rows, whose inputs are in the pass.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="direction">The vector that the Hessian is multiplied with.</param>
    /// <param name="targets">What the examples should give.</param>
    /// <param name="block">Examples of the rows, and room for their losses.</param>
    /// <param name="sum">The product; added to if <paramref name="continues"/>, else overwritten.</param>
    /// <param name="continues">False for the first block of a sum.</param>
    public void Multiply(
        AlignedVector parameters, AlignedVector direction, in Targets targets, in RowBlock block, AlignedVector sum, bool continues)
    {
        int rows = block.Examples.Length;
        _pass.Forward(parameters, rows);
        ChangeForward(parameters, direction, rows);
        _pass.EvaluateLosses(targets, block.Examples, block.Losses, block.Correct);
        SecondDerivatives.MultiplyByLossHessian(
            _architecture, targets, block.Examples, OutputStride(^1), _pass.Delta(_layers.Length - 1).Span, _changes[^1].Span);
        for (int l = _layers.Length - 1; l > 0; l--)
        {
            ChangeBackward(parameters, direction, l, rows);
        }

        foreach (LayerShape layer in _layers)
        {
            AddWeightProduct(layer, rows, sum, continues);
        }
    }

    private void ChangeForward(AlignedVector parameters, AlignedVector direction, int rows)
    {
        foreach (LayerShape layer in _layers)
        {
            int length = rows * MlpPass.Stride(layer.PaddedOutputs);
            AlignedVector change = _changes[layer.Index];
            Forward(layer, _pass.InputsOf(layer.Index), direction, direction.Pointer + layer.BiasOffset, change, rows);
            if (layer.Index > 0)
            {
                Forward(layer, _changes[layer.Index - 1], parameters, _zeroBias.Pointer, _scratch, rows);
                TensorPrimitives.Add(change.Span[..length], _scratch.Span[..length], change.Span[..length]);
            }

            if (IsHidden(layer))
            {
                KeepBend(layer, parameters, rows, length);
                _pass.ApplyDerivative(layer.Index + 1, rows, change);
            }
        }
    }

    /// <summary>Keeps f″ ⊙ R{z} for the backward pass.</summary>
    private void KeepBend(LayerShape layer, AlignedVector parameters, int rows, int length)
    {
        if (_bends[layer.Index] is { } bend)
        {
            if (SecondDerivatives.NeedsPreActivation(_architecture.Activation))
            {
                Forward(layer, _pass.InputsOf(layer.Index), parameters, parameters.Pointer + layer.BiasOffset, _scratch, rows);
            }
            else
            {
                _pass.InputsOf(layer.Index + 1).Span[..length].CopyTo(_scratch.Span);
            }

            _changes[layer.Index].Span[..length].CopyTo(bend.Span);
            SecondDerivatives.MultiplyBySecond(
                _architecture.Activation, _scratch.Span[..length], bend.Span[..length], _other.Span[..length]);
        }
    }

    /// <summary>From the error of layer l and its change to those of the layer before.</summary>
    private void ChangeBackward(AlignedVector parameters, AlignedVector direction, int l, int rows)
    {
        LayerShape layer = _layers[l];
        int length = rows * MlpPass.Stride(layer.PaddedInputs);
        AlignedVector changed = _changedDeltas[l - 1]!;
        Backward(layer, ChangedDelta(l), parameters, changed, rows);
        Backward(layer, _pass.Delta(l), direction, _scratch, rows);
        TensorPrimitives.Add(changed.Span[..length], _scratch.Span[..length], changed.Span[..length]);
        _pass.ApplyDerivative(l, rows, changed);
        _pass.PropagateErrors(parameters, l, rows);
        if (_bends[l - 1] is { } bend)
        {
            Span<float> sum = changed.Span[..length];
            TensorPrimitives.FusedMultiplyAdd<float>(_pass.Delta(l - 1).Span[..length], bend.Span[..length], sum, sum);
        }

        _pass.ApplyDerivative(l, rows);
    }

    /// <summary>Adds R{a}ᵀδ + aᵀR{δ} to the weight's product and the column sums of R{δ} to the bias's.</summary>
    private void AddWeightProduct(LayerShape layer, int rows, AlignedVector sum, bool continues)
    {
        int l = layer.Index;
        if (l > 0)
        {
            // The kernel sums the columns of its errors into the bias too; those of δ do not belong there.
            Span<float> bias = sum.Span.Slice(layer.BiasOffset, layer.BiasLength);
            Span<float> kept = _scratch.Span[..bias.Length];
            bias.CopyTo(kept);
            Accumulate(layer, _changes[l - 1], _pass.Delta(l), rows, sum, continues);
            if (continues)
            {
                kept.CopyTo(bias);
            }
            else
            {
                bias.Clear();
            }
        }

        Accumulate(layer, _pass.InputsOf(l), ChangedDelta(l), rows, sum, continues || l > 0);
    }

    private AlignedVector ChangedDelta(int l) => _changedDeltas[l] ?? _changes[l];

    private bool IsHidden(LayerShape layer) => layer.Index < _layers.Length - 1;

    private int OutputStride(Index layer) => MlpPass.Stride(_layers[layer].PaddedOutputs);

    private static void Forward(LayerShape layer, AlignedVector inputs, AlignedVector weights, float* bias, AlignedVector outputs, int rows) =>
        PanelProducts.Multiply(
            inputs.Pointer,
            MlpPass.Stride(layer.PaddedInputs),
            weights.Pointer + layer.WeightOffset,
            bias,
            outputs.Pointer,
            MlpPass.Stride(layer.PaddedOutputs),
            rows,
            layer.Inputs,
            layer.PaddedInputs,
            layer.PaddedOutputs);

    private void Backward(LayerShape layer, AlignedVector errors, AlignedVector weights, AlignedVector inputs, int rows) =>
        PanelProducts.MultiplyTransposed(
            errors.Pointer,
            MlpPass.Stride(layer.PaddedOutputs),
            weights.Pointer + layer.WeightOffset,
            inputs.Pointer,
            MlpPass.Stride(layer.PaddedInputs),
            rows,
            layer.PaddedInputs,
            layer.Outputs,
            _transposed.Pointer);

    private static void Accumulate(LayerShape layer, AlignedVector inputs, AlignedVector errors, int rows, AlignedVector sum, bool continues)
    {
        var whole = new TilePlace(sum.Pointer, isScratch: false);
        var run = new GradientRun { Rows = rows, Start = continues ? whole : default, Target = whole };
        PanelGradient.Accumulate(
            inputs.Pointer,
            MlpPass.Stride(layer.PaddedInputs),
            errors.Pointer,
            MlpPass.Stride(layer.PaddedOutputs),
            layer.Place,
            &run,
            1);
    }
}

/// <summary>A block of rows: which examples they are, and room for what the pass finds of each.</summary>
/// <param name="examples">Index of the example of each row.</param>
/// <param name="losses">Receives the loss of every row.</param>
/// <param name="correct">Receives 1 for every row whose predicted class is right, else 0.</param>
internal readonly ref struct RowBlock(ReadOnlySpan<int> examples, Span<double> losses, Span<byte> correct)
{
    public readonly ReadOnlySpan<int> Examples = examples;
    public readonly Span<double> Losses = losses;
    public readonly Span<byte> Correct = correct;
}
