using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization.Transforms;

/// <summary>Scales by −η, which turns a direction of ascent into the change of the parameters: the last link of every chain.</summary>
public sealed class ScaleByLearningRate : IGradientTransform
{
    /// <inheritdoc/>
    public string Name => "scale_by_learning_rate";

    /// <inheritdoc/>
    public void Update(in UpdateContext context, Span<float> update, Span<float> parameters, int offset) =>
        Elementwise.Run(new Scale((float)-context.LearningRate), update);
}
