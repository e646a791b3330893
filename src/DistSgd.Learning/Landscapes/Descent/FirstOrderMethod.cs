using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>The trainer's own chain of gradient transforms on a landscape: a point is the weight [dimension, 1] of one layer.</summary>
/// <remarks>
/// The transforms compute in single precision, as in a training run, so that a step is good to about 7 digits; the point itself is kept in
/// double precision, where a trainer would round it too. Without that a run could not reach ‖∇f‖ below 1e-6 on a steep landscape.
/// </remarks>
internal sealed class FirstOrderMethod : IDescentMethod
{
    private readonly DescentOptions _options;
    private readonly GradientTransformChain _chain;
    private readonly LayerShape _layer;
    private readonly AlignedVector _update;
    private readonly AlignedVector _parameters;

    public FirstOrderMethod(Landscape landscape, DescentOptions options, OptimizerSettings settings)
    {
        _options = options;
        var layout = new ParameterLayout(1, landscape.Dimension);
        _layer = layout.Layers[0];
        _chain = Optimizer.Build(settings);
        _chain.Init(layout);
        _update = new AlignedVector(layout.Length);
        _parameters = new AlignedVector(layout.Length);
    }

    public double[]? Next(double[] point, double[] gradient, int step)
    {
        for (int i = 0; i < point.Length; i++)
        {
            _update.Span[_layer.WeightIndex(i, 0)] = (float)gradient[i];
            _parameters.Span[_layer.WeightIndex(i, 0)] = (float)point[i];
        }

        var context = new UpdateContext(
            step, step, _options.LearningRate.ValueAt(step), _options.Momentum, VectorMath.Norm(gradient));
        bool isFinite = _chain.Update(context, _update, _parameters);
        var next = new double[point.Length];
        for (int i = 0; i < point.Length; i++)
        {
            next[i] = isFinite ? point[i] + _update.Span[_layer.WeightIndex(i, 0)] : double.NaN;
        }

        return next;
    }
}
