namespace DistSgd.Monitoring.Rules;

/// <summary>Which rules watch a run, and with which thresholds; a rule whose thresholds are null is off.</summary>
public sealed record RuleSettings
{
    /// <summary>Whether <see cref="NonFiniteRule"/> is on.</summary>
    public bool NonFinite { get; init; } = true;

    /// <summary>Thresholds of <see cref="ExplodingGradientRule"/>.</summary>
    public ExplodingGradientThresholds? ExplodingGradient { get; init; } = new();

    /// <summary>Thresholds of <see cref="VanishingGradientRule"/>.</summary>
    public VanishingGradientThresholds? VanishingGradient { get; init; } = new();

    /// <summary>Thresholds of <see cref="LossPlateauRule"/>.</summary>
    public LossPlateauThresholds? LossPlateau { get; init; } = new();

    /// <summary>Thresholds of <see cref="SlowProgressRule"/>.</summary>
    public SlowProgressThresholds? SlowProgress { get; init; } = new();

    /// <summary>Thresholds of <see cref="LossOscillationRule"/>.</summary>
    public LossOscillationThresholds? LossOscillation { get; init; } = new();

    /// <summary>Thresholds of <see cref="LossSpikeRule"/>.</summary>
    public LossSpikeThresholds? LossSpike { get; init; } = new();

    /// <summary>Thresholds of <see cref="OverfittingRule"/>.</summary>
    public OverfittingThresholds? Overfitting { get; init; } = new();

    /// <summary>Thresholds of <see cref="OvertrainingRule"/>.</summary>
    public OvertrainingThresholds? Overtraining { get; init; } = new();

    /// <summary>Thresholds of <see cref="UpdateRatioRule"/>.</summary>
    public UpdateRatioThresholds? UpdateRatio { get; init; } = new();

    /// <summary>Whether <see cref="ZeroWeightsRule"/> is on.</summary>
    public bool ZeroWeights { get; init; } = true;

    /// <summary>Thresholds of <see cref="UnchangedParametersRule"/>.</summary>
    public UnchangedParametersThresholds? UnchangedParameters { get; init; } = new();

    /// <summary>Thresholds of <see cref="PoorInitializationRule"/>.</summary>
    public PoorInitializationThresholds? PoorInitialization { get; init; } = new();

    /// <summary>Thresholds of <see cref="DeadReluRule"/>.</summary>
    public ActivationThresholds? DeadRelu { get; init; } = new();

    /// <summary>Thresholds of <see cref="SaturatedActivationRule"/>.</summary>
    public ActivationThresholds? SaturatedActivation { get; init; } = new();

    /// <summary>Whether <see cref="PlateauDiagnosisRule"/> is on.</summary>
    public bool PlateauDiagnosis { get; init; } = true;

    /// <summary>Thresholds of <see cref="OutlierShardRule"/>.</summary>
    public OutlierShardThresholds? OutlierShard { get; init; } = new();

    /// <summary>Thresholds of <see cref="StaleGradientsRule"/>.</summary>
    public StaleGradientsThresholds? StaleGradients { get; init; } = new();

    /// <summary>Thresholds of <see cref="StragglerRule"/>.</summary>
    public StragglerThresholds? Straggler { get; init; } = new();

    /// <summary>Thresholds of <see cref="StalledRunRule"/>.</summary>
    public StalledRunThresholds? StalledRun { get; init; } = new();
}

/// <summary>Thresholds of <see cref="ExplodingGradientRule"/>.</summary>
/// <param name="Norm">Largest healthy mean norm of the gradient.</param>
/// <param name="Growth">Largest healthy ratio of the mean norm to its running median.</param>
/// <param name="Window">Steps that the running median looks back.</param>
/// <param name="MinExamples">Means are taken over at least so many examples, because single-example gradients vary too much.</param>
/// <param name="LayerRatio">
/// Largest healthy ratio of the first layer's to the last layer's mean weight-gradient norm while accuracy is poor or stagnant.
/// </param>
public sealed record ExplodingGradientThresholds(
    double Norm = 100,
    double Growth = 10,
    int Window = 100,
    int MinExamples = 512,
    double LayerRatio = 70);

/// <summary>Thresholds of <see cref="VanishingGradientRule"/>.</summary>
/// <param name="Norm">Smallest healthy mean norm of the gradient.</param>
/// <param name="LayerMean">Smallest healthy mean |g| of a layer.</param>
/// <param name="Ratio">
/// Smallest healthy ratio of the first layer's to the last layer's mean weight-gradient norm while accuracy is poor or stagnant and
/// the first layer's norm is below <paramref name="FirstLayerNorm"/>.
/// </param>
/// <param name="FirstLayerNorm">See <paramref name="Ratio"/>.</param>
/// <param name="MinExamples">Means are taken over at least so many examples.</param>
/// <param name="ProfileFactor">Largest healthy factor by which the weight-gradient norm shrinks from a layer to the one below it.</param>
/// <param name="ProfileLayers">Fewest layers that make a depth profile.</param>
public sealed record VanishingGradientThresholds(
    double Norm = 1e-7,
    double LayerMean = 1e-7,
    double Ratio = 1e-3,
    double FirstLayerNorm = 1e-4,
    int MinExamples = 512,
    double ProfileFactor = 3,
    int ProfileLayers = 4);

/// <summary>Thresholds of <see cref="LossPlateauRule"/>.</summary>
/// <param name="Window">Steps of a period.</param>
/// <param name="MinImprovement">Smallest fall of the mean loss below its best, as a share of it, that is progress.</param>
/// <param name="Patience">Periods in a row without progress.</param>
/// <param name="MinExamples">Means are taken over at least so many examples.</param>
public sealed record LossPlateauThresholds(int Window = 500, double MinImprovement = 0.01, int Patience = 2, int MinExamples = 512);

/// <summary>Thresholds of <see cref="SlowProgressRule"/>.</summary>
/// <param name="Window">Steps of a period.</param>
/// <param name="MinImprovement">Smallest fall of the mean loss in a period that is no slow one, as a share of it.</param>
/// <param name="Standstill">Below this fall it is no slow progress but a plateau.</param>
/// <param name="LossShare">The share of the first loss above which there is much left to fall.</param>
/// <param name="Patience">Slow periods in a row.</param>
/// <param name="MinExamples">Means are taken over at least so many examples.</param>
public sealed record SlowProgressThresholds(
    int Window = 500, double MinImprovement = 0.1, double Standstill = 0.01, double LossShare = 0.5, int Patience = 2, int MinExamples = 512);

/// <summary>Thresholds of <see cref="LossOscillationRule"/>.</summary>
/// <param name="Swing">Largest healthy mean change of the loss from window to window, over its mean.</param>
/// <param name="Windows">Windows that are looked at.</param>
/// <param name="MinExamples">A window has at least so many examples.</param>
public sealed record LossOscillationThresholds(double Swing = 0.3, int Windows = 20, int MinExamples = 512);

/// <summary>Thresholds of <see cref="LossSpikeRule"/>.</summary>
/// <param name="Score">Largest healthy number of deviations above the median.</param>
/// <param name="Rise">Smallest rise above the median that counts, as a share of the first loss.</param>
/// <param name="Windows">Windows that median and deviation are taken over.</param>
/// <param name="MinExamples">A window has at least so many examples.</param>
public sealed record LossSpikeThresholds(double Score = 8, double Rise = 0.1, int Windows = 20, int MinExamples = 512);

/// <summary>Thresholds of <see cref="OverfittingRule"/>.</summary>
/// <param name="Gap">Largest healthy excess of the validation loss over the training loss, as a share of it.</param>
/// <param name="Rise">Largest healthy rise of the validation loss above its best, as a share of it.</param>
public sealed record OverfittingThresholds(double Gap = 0.1, double Rise = 0.1);

/// <summary>Thresholds of <see cref="OvertrainingRule"/>.</summary>
/// <param name="TrainingPatience">Evaluations without a better training loss.</param>
/// <param name="ValidationPatience">Evaluations without a better validation loss.</param>
/// <param name="MinImprovement">Smallest improvement that counts, as a share of the loss.</param>
public sealed record OvertrainingThresholds(int TrainingPatience = 5, int ValidationPatience = 10, double MinImprovement = 0.1);

/// <summary>Thresholds of <see cref="UpdateRatioRule"/>.</summary>
/// <param name="Smallest">Smallest healthy ratio of an update to the weights.</param>
/// <param name="Largest">Largest healthy ratio.</param>
public sealed record UpdateRatioThresholds(double Smallest = 1e-8, double Largest = 10);

/// <summary>Thresholds of <see cref="UnchangedParametersRule"/>.</summary>
/// <param name="Ratio">Largest change of a layer's weights, as a share of them, that counts as none.</param>
/// <param name="Windows">Windows in a row without a change.</param>
public sealed record UnchangedParametersThresholds(double Ratio = 1e-5, int Windows = 3);

/// <summary>Thresholds of <see cref="PoorInitializationRule"/>.</summary>
/// <param name="VarianceRatio">Largest healthy ratio of the layers' variances of pre-activations.</param>
/// <param name="LossFactor">Largest healthy first loss, as a multiple of that of guessing.</param>
/// <param name="Steps">Steps after which nothing is the start any more.</param>
public sealed record PoorInitializationThresholds(double VarianceRatio = 10, double LossFactor = 2, int Steps = 10);

/// <summary>Thresholds of <see cref="DeadReluRule"/> and <see cref="SaturatedActivationRule"/>.</summary>
/// <param name="Share">Largest healthy share of a layer's units.</param>
public sealed record ActivationThresholds(double Share = 0.5);

/// <summary>Thresholds of <see cref="OutlierShardRule"/>.</summary>
/// <param name="Factor">Largest healthy ratio of a shard's mean gradient norm to the median of the others'.</param>
/// <param name="Windows">Windows in a row in which the same shard stands out.</param>
/// <param name="Steps">Steps that they cover at least.</param>
public sealed record OutlierShardThresholds(double Factor = 3, int Windows = 5, int Steps = 50);

/// <summary>Thresholds of <see cref="StaleGradientsRule"/>.</summary>
/// <param name="Steps">Largest healthy mean age of gradients, in steps.</param>
/// <param name="Window">Steps that the mean is taken over.</param>
public sealed record StaleGradientsThresholds(double Steps = 3, int Window = 100);

/// <summary>Thresholds of <see cref="StragglerRule"/>.</summary>
/// <param name="Factor">Largest healthy ratio of a worker's mean time of an answer to the median of the others'.</param>
/// <param name="Window">Steps that the means are taken over.</param>
public sealed record StragglerThresholds(double Factor = 3, int Window = 100);

/// <summary>Thresholds of <see cref="StalledRunRule"/>.</summary>
/// <param name="Seconds">Longest healthy silence, in seconds.</param>
public sealed record StalledRunThresholds(double Seconds = 60);
