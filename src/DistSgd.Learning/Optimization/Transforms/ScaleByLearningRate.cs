using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>Scales by −η, which turns a direction of ascent into the change of the parameters: the last link of every chain.</summary>
public sealed class ScaleByLearningRate : IGradientTransform
{
    /// <inheritdoc/>
    public string Name => "scale_by_learning_rate";

    /// <inheritdoc/>
    public void Extend<TBefore>(TBefore before, UpdatePass pass)
        where TBefore : struct, IUpdateRule =>
        pass.Continue(before, new Multiply((float)-pass.Context.LearningRate));
}
