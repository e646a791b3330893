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
    private const string ClipByNorm = "clip gradients by norm";

    // After the symptom tables of the two tutorials that the monitor follows. They disagree about plateaus: one lowers the learning
    // rate, the other raises it. Curvature decides, so the second stands under SaddlePoint.
    private static readonly Dictionary<Symptom, (string LikelyCause, string[] Fixes)> BySymptom = new()
    {
        [Symptom.NonFinite] = (
            "learning rate too high, or a gradient explosion in an unstable region; if one shard alone has it, bad data or a bad machine",
            ["lower the learning rate", ClipByNorm, "check the data and the loss for numerical trouble"]),
        [Symptom.ExplodingGradient] = (
            "learning rate too high, or initial weights too large for the depth",
            [ClipByNorm, "lower the learning rate", "warm it up", "check the initialization"]),
        [Symptom.VanishingGradient] = (
            "saturating activations in a deep network, or initial weights too small",
            ["check the architecture: use ReLU or GELU with He initialization, or fewer layers"]),
        [Symptom.Plateau] = (
            "a flat region of the loss",
            ["add momentum", "lower the learning rate"]),
        [Symptom.SaddlePoint] = (
            "stuck at a saddle point",
            ["raise the learning rate", "make batches smaller (their noise helps to escape)", "add momentum"]),
        [Symptom.Oscillation] = (
            "learning rate too high",
            ["lower the learning rate", "use a schedule that decays it"]),
        [Symptom.SlowProgress] = (
            "learning rate too low, or a plateau",
            ["raise the learning rate with a warm-up", "use Adam"]),
        [Symptom.Overfitting] = (
            "overfitting: the model has converged to a sharp minimum",
            ["regularize more", "get more data", "make batches smaller", "use SGD instead of Adam"]),
    };

    /// <summary>Looks up a symptom.</summary>
    /// <param name="symptom">The symptom.</param>
    /// <param name="setup">What the run has already, so that nobody is told to do what is done; null if unknown.</param>
    /// <returns>Its likely cause and fix.</returns>
    public static Advice For(Symptom symptom, RunSetup? setup = null)
    {
        setup ??= RunSetup.Unknown;
        (string cause, string[] fixes) = BySymptom[symptom];
        if (symptom == Symptom.VanishingGradient && setup.KeepsGradients)
        {
            // With the right architecture gradients vanish because steps were so large that units fell silent for good.
            cause = "units that too large steps have silenced for good, or too many layers";
            fixes = [$"lower the learning rate (it is {setup.LearningRate})", "warm it up", ClipByNorm, "use fewer layers"];
        }

        return new Advice(cause, string.Join(", ", fixes.Where(fix => !(setup.ClipsByNorm && fix == ClipByNorm))));
    }
}
