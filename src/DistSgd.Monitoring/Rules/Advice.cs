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

    /// <summary>Neither loss falls any more, evaluation after evaluation.</summary>
    Overtraining,

    /// <summary>The loss jumps up all at once.</summary>
    LossSpike,

    /// <summary>Gradients are applied to parameters that many updates have changed since.</summary>
    StaleGradients,

    /// <summary>Nothing happens for a long time.</summary>
    StalledRun,

    /// <summary>One worker takes much longer than the others.</summary>
    Straggler,

    /// <summary>Updates are large beside the weights that they change.</summary>
    LargeUpdates,

    /// <summary>Updates change next to nothing.</summary>
    SmallUpdates,

    /// <summary>Weights stay the same.</summary>
    UnchangedWeights,

    /// <summary>The weights of a layer are all zero.</summary>
    ZeroWeights,

    /// <summary>The loss stands still at a minimum.</summary>
    PlateauAtMinimum,

    /// <summary>ReLU units that are never active.</summary>
    DeadUnits,

    /// <summary>Units whose activation function is flat where they are.</summary>
    SaturatedUnits,

    /// <summary>Layers of very different strength at the start, or a first loss far from guessing.</summary>
    PoorInitialization,

    /// <summary>One shard's gradients are much larger than those of the others.</summary>
    OutlierShard,
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
        [Symptom.Overtraining] = (
            "the model has learned what it can",
            ["stop here, or set training.early_stopping", "lower the learning rate once more"]),
        [Symptom.LossSpike] = (
            "a batch of unusual examples met parameters in a steep region, or the learning rate is too high",
            [ClipByNorm, "go back to a checkpoint some 100 steps earlier and skip those batches", "lower the learning rate"]),
        [Symptom.StaleGradients] = (
            "workers of different speed, or too many of them for the mode",
            ["lower cluster.staleness", "use mode sync or backup", "take slow workers out"]),
        [Symptom.StalledRun] = (
            "the server waits for a worker that does not answer, or for a slow disk; or the machine was suspended",
            ["look at distsgd cluster status", "lower cluster.heartbeat_limit", "use mode backup"]),
        [Symptom.Straggler] = (
            "other work on that machine, a slow network, or more shards than the others have",
            ["look at that machine", "use mode backup or ssp", "take the worker out"]),
        [Symptom.LargeUpdates] = (
            "learning rate too high",
            ["lower the learning rate", "warm it up", ClipByNorm]),
        [Symptom.ZeroWeights] = (
            "weights that begin at zero: all units of a layer stay equal, and their gradient is zero",
            ["initialize them at random: He for ReLU, Xavier for tanh and sigmoid"]),
        [Symptom.PlateauAtMinimum] = (
            "a minimum, of which the noise of the batches keeps the run at a distance",
            ["lower the learning rate, or let a schedule decay it", "make batches larger", "stop here if the loss is good enough"]),
        [Symptom.DeadUnits] = (
            "steps so large that units fell silent for good, or biases that start far below zero",
            ["lower the learning rate", "warm it up", "use leaky_relu or gelu", ClipByNorm]),
        [Symptom.SaturatedUnits] = (
            "inputs that are not scaled, or weights too large for the width",
            ["scale the inputs (data.scaling: standard)", "use Xavier initialization", "lower the learning rate", "use ReLU or GELU"]),
        [Symptom.PoorInitialization] = (
            "initial weights that do not fit the activation or the width, or inputs that are not scaled",
            ["initialize with He for ReLU and GELU, with Xavier for tanh and sigmoid", "scale the inputs (data.scaling: unit or standard)"]),
        [Symptom.OutlierShard] = (
            "corrupted or differently scaled examples in that shard, or a worker whose machine computes wrongly",
            ["look at the named examples", "see whether another worker gives the same of that shard: then it is the data, else the machine"]),
        [Symptom.UnchangedWeights] = (
            "gradients that vanish before they reach the layer, or a learning rate that is too low",
            ["look at the gradient norms of the layers", "raise the learning rate if they are healthy", "use Adam"]),
        [Symptom.SmallUpdates] = (
            "learning rate too low, or gradients that vanish",
            ["raise the learning rate", "look at the gradient norms of the layers", "use Adam"]),
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
