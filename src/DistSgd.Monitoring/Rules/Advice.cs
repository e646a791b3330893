namespace DistSgd.Monitoring.Rules;

/// <summary>What a training run can suffer from, as a person sees it.</summary>
public enum Symptom
{
    /// <summary>A loss, gradient or parameter became NaN or infinite.</summary>
    NonFinite,

    /// <summary>Gradients grow beyond measure.</summary>
    ExplodingGradient,

    /// <summary>Gradients fade, in the whole network or towards the input.</summary>
    VanishingGradient,

    /// <summary>The loss stands still, and no direction is known to lead down.</summary>
    Plateau,

    /// <summary>The loss stands still at a point with clearly negative curvature.</summary>
    SaddlePoint,

    /// <summary>The loss swings without falling.</summary>
    Oscillation,

    /// <summary>The loss falls, but very slowly.</summary>
    SlowProgress,

    /// <summary>The training loss falls, the validation loss does not.</summary>
    Overfitting,
}

/// <summary>What usually is behind a symptom, and what helps.</summary>
/// <param name="LikelyCause">The most likely cause.</param>
/// <param name="Fix">What to change, the most promising first.</param>
public sealed record Advice(string LikelyCause, string Fix)
{
    // After the symptom tables of the two tutorials that the monitor follows. They disagree about plateaus: one lowers the learning
    // rate, the other raises it. Curvature decides, so the second stands under SaddlePoint.
    private static readonly Dictionary<Symptom, Advice> BySymptom = new()
    {
        [Symptom.NonFinite] = new(
            "learning rate too high, or a gradient explosion in an unstable region; if one shard alone has it, bad data or a bad machine",
            "lower the learning rate, clip gradients by norm, check the named examples and the loss for numerical trouble"),
        [Symptom.ExplodingGradient] = new(
            "learning rate too high, or initial weights too large for the depth",
            "clip gradients by norm, lower the learning rate, warm it up, check the initialization"),
        [Symptom.VanishingGradient] = new(
            "saturating activations in a deep network, or initial weights too small",
            "check the architecture: use ReLU or GELU with He initialization, or fewer layers"),
        [Symptom.Plateau] = new(
            "a flat region of the loss",
            "add momentum, lower the learning rate"),
        [Symptom.SaddlePoint] = new(
            "stuck at a saddle point",
            "raise the learning rate, make batches smaller (their noise helps to escape), add momentum"),
        [Symptom.Oscillation] = new(
            "learning rate too high",
            "lower the learning rate, or use a schedule that decays it"),
        [Symptom.SlowProgress] = new(
            "learning rate too low, or a plateau",
            "raise the learning rate with a warm-up, use Adam"),
        [Symptom.Overfitting] = new(
            "overfitting: the model has converged to a sharp minimum",
            "regularize more, get more data, make batches smaller, use SGD instead of Adam"),
    };

    /// <summary>Looks up a symptom.</summary>
    /// <param name="symptom">The symptom.</param>
    /// <returns>Its likely cause and fix.</returns>
    public static Advice For(Symptom symptom) => BySymptom[symptom];
}
