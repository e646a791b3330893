using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Products;

namespace DistSgd.Learning.Models;

/// <summary>
/// One forward and one backward pass of an MLP over a block of rows, with all its memory allocated once.
/// </summary>
/// <remarks>
/// Rows are examples, columns are units padded to a multiple of 16. What a row gives does not depend on the other rows of the block,
/// so a block may hold rows of several slices, and a slice may be spread over several blocks.
/// </remarks>
public sealed unsafe class MlpPass
{
    private readonly MlpArchitecture _architecture;
    private readonly LayerShape[] _layers;
    private readonly AlignedVector[] _activations; // [0] are the inputs, [l + 1] the outputs of layer l
    private readonly AlignedVector?[] _derivatives; // of the activation, where the forward pass has to keep it
    private readonly AlignedVector?[] _deltas; // error of the outputs of layer l; the last layer's lies in its activations
    private readonly AlignedVector _transposed; // one panel of a transposed weight, in the backward pass
    private readonly AlignedVector _scratch;

    /// <summary>Allocates a pass.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="maxRows">Largest number of rows of a block, at least 1.</param>
    public MlpPass(MlpArchitecture architecture, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRows, 1);
        _architecture = architecture;
        _layers = [.. architecture.CreateLayout().Layers];
        MaxRows = maxRows;
        int last = _layers.Length - 1;
        bool keepDerivative = Activations.KeepsDerivative(architecture.Activation);
        _activations = new AlignedVector[last + 2];
        _derivatives = new AlignedVector?[last + 1];
        _deltas = new AlignedVector?[last + 1];
        _activations[0] = new AlignedVector(checked(maxRows * InputStride));
        int widest = 0;
        foreach (LayerShape layer in _layers)
        {
            int block = checked(maxRows * Stride(layer.PaddedOutputs));
            bool hidden = layer.Index < last;
            _activations[layer.Index + 1] = new AlignedVector(block);
            _derivatives[layer.Index] = hidden && keepDerivative ? new AlignedVector(block) : null;
            _deltas[layer.Index] = hidden ? new AlignedVector(block) : null;
            widest = Math.Max(widest, layer.PaddedOutputs);
        }

        _transposed = new AlignedVector((widest + 1) * PanelProducts.PanelWidth);
        _scratch = new AlignedVector(_activations[^1].Length);
    }

    /// <summary>Largest number of rows of a block.</summary>
    public int MaxRows { get; }

    /// <summary>Where the rows of the inputs are to be written, <see cref="InputStride"/> floats a row.</summary>
    public float* Inputs => _activations[0].Pointer;

    /// <summary>Floats of one row of the inputs with its padding, which must be zero.</summary>
    public int InputStride => Stride(_layers[0].PaddedInputs);

    /// <summary>Computes the outputs of the first rows.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="rows">Number of rows, at most <see cref="MaxRows"/>.</param>
    public void Forward(AlignedVector parameters, int rows)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxRows);
        Multiply(parameters, rows, _layers[0], PreActivations(0));
        ForwardFromFirst(parameters, rows);
    }

    /// <summary>Where the pre-activations of a layer lie until its activation function is applied.</summary>
    internal AlignedVector PreActivations(int layer) => _derivatives[layer] ?? _activations[layer + 1];

    /// <summary>Multiplies the inputs of a layer with its weight and adds its bias.</summary>
    internal void Multiply(AlignedVector parameters, int rows, LayerShape layer, AlignedVector z) => PanelProducts.Multiply(
        _activations[layer.Index].Pointer,
        Stride(layer.PaddedInputs),
        parameters.Pointer + layer.WeightOffset,
        parameters.Pointer + layer.BiasOffset,
        z.Pointer,
        Stride(layer.PaddedOutputs),
        rows,
        layer.Inputs,
        layer.PaddedInputs,
        layer.PaddedOutputs);

    /// <summary>The rest of a forward pass, once the pre-activations of the first layer are there.</summary>
    internal void ForwardFromFirst(AlignedVector parameters, int rows)
    {
        foreach (LayerShape layer in _layers)
        {
            if (layer.Index > 0)
            {
                Multiply(parameters, rows, layer, PreActivations(layer.Index));
            }

            Activate(rows, layer);
        }
    }

    /// <summary>Applies the activation function to the pre-activations of a layer; the last one has none.</summary>
    internal void Activate(int rows, LayerShape layer)
    {
        if (layer.Index < _layers.Length - 1)
        {
            int block = rows * Stride(layer.PaddedOutputs);
            Span<float> a = _activations[layer.Index + 1].Span[..block];
            Activations.Forward(_architecture.Activation, PreActivations(layer.Index).Span[..block], a);
            ClearPadding(a, layer);
        }
    }

    /// <summary>The outputs of a row after <see cref="Forward"/>, without padding.</summary>
    /// <param name="row">The row.</param>
    /// <returns>Logits or predicted values.</returns>
    public ReadOnlySpan<float> Output(int row) =>
        _activations[^1].Span.Slice(row * Stride(_layers[^1].PaddedOutputs), _layers[^1].Outputs);

    /// <summary>Replaces the outputs by the gradient of each row's own loss with respect to them.</summary>
    /// <param name="targets">What the examples should give.</param>
    /// <param name="examples">Index of the example of each row.</param>
    /// <param name="losses">Receives the loss of every row.</param>
    /// <param name="correct">Receives 1 for every row whose predicted class is right, else 0.</param>
    public void EvaluateLosses(in Targets targets, ReadOnlySpan<int> examples, Span<double> losses, Span<byte> correct)
    {
        int stride = Stride(_layers[^1].PaddedOutputs);
        Losses.Evaluate(_architecture, targets, examples, stride, _activations[^1].Span, _scratch.Span, losses, correct);
    }

    /// <summary>Carries the error of the outputs back to the outputs of the first layer, for <see cref="WeightGradient"/>.</summary>
    /// <param name="parameters">The parameters of the preceding <see cref="Forward"/>.</param>
    /// <param name="rows">Number of rows of the preceding <see cref="Forward"/> and <see cref="EvaluateLosses"/>.</param>
    public void BackwardErrors(AlignedVector parameters, int rows)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        for (int l = _layers.Length - 1; l > 0; l--)
        {
            PropagateErrors(parameters, l, rows);
            ApplyDerivative(l, rows);
        }
    }

    /// <summary>Sums the gradients of runs of rows, after <see cref="BackwardErrors"/>.</summary>
    /// <param name="runs">What is summed and where it goes.</param>
    /// <param name="count">Number of runs.</param>
    public void WeightGradient(GradientRun* runs, int count)
    {
        foreach (LayerShape layer in _layers)
        {
            PanelGradient.Accumulate(
                _activations[layer.Index].Pointer,
                Stride(layer.PaddedInputs),
                Delta(layer.Index).Pointer,
                Stride(layer.PaddedOutputs),
                layer.Place,
                runs,
                count);
        }
    }

    /// <summary>The inputs of a layer: those of the model, or the activations of the layer before.</summary>
    internal AlignedVector InputsOf(int layer) => _activations[layer];

    /// <summary>The error at the outputs of a layer, before its activation.</summary>
    internal AlignedVector Delta(int layer) => _deltas[layer] ?? _activations[layer + 1];

    /// <summary>Carries the error of a layer back to its inputs, which are activations.</summary>
    internal void PropagateErrors(AlignedVector parameters, int l, int rows)
    {
        LayerShape layer = _layers[l];
        PanelProducts.MultiplyTransposed(
            Delta(l).Pointer,
            Stride(layer.PaddedOutputs),
            parameters.Pointer + layer.WeightOffset,
            _deltas[l - 1]!.Pointer,
            Stride(layer.PaddedInputs),
            rows,
            layer.PaddedInputs,
            layer.Outputs,
            _transposed.Pointer);
    }

    /// <summary>Carries the error of the activations that feed a layer back through the activation function.</summary>
    internal void ApplyDerivative(int l, int rows) => ApplyDerivative(l, rows, _deltas[l - 1]!);

    /// <summary>Multiplies a block by the derivative of the activations that feed a layer.</summary>
    internal void ApplyDerivative(int l, int rows, AlignedVector block)
    {
        int length = rows * Stride(_layers[l].PaddedInputs);
        Span<float> derivative = _derivatives[l - 1] is { } kept ? kept.Span[..length] : default;
        Activations.Backward(_architecture.Activation, derivative, _activations[l].Span[..length], block.Span[..length]);
    }

    // Rows whose distance is a multiple of 1 KiB would share a few sets of the first-level cache and drive each other out.
    internal static int Stride(int width) => width % 256 == 0 ? width + AlignedVector.LengthMultiple : width;

    // Some activations are not zero at zero; what stands in the padding would leak into norms and weight gradients.
    private static void ClearPadding(Span<float> block, LayerShape layer)
    {
        if (layer.Outputs == layer.PaddedOutputs)
        {
            return;
        }

        for (int start = 0; start < block.Length; start += Stride(layer.PaddedOutputs))
        {
            block[(start + layer.Outputs)..(start + layer.PaddedOutputs)].Clear();
        }
    }
}
