namespace DistSgd.Training.Config;

/// <summary>The rules of the monitor and their thresholds.</summary>
public sealed record MonitorRulesConfig
{
    /// <summary>NaN or infinity in loss, gradient or parameters.</summary>
    [ConfigKey("nonfinite", "NaN or infinity in loss, gradient or parameters.")]
    public NonFiniteRuleConfig NonFinite { get; init; } = new();

    /// <summary>Gradients that grow out of bounds.</summary>
    [ConfigKey("exploding_gradient", "Gradients that grow out of bounds.")]
    public ExplodingGradientRuleConfig ExplodingGradient { get; init; } = new();

    /// <summary>Gradients that die away towards the input.</summary>
    [ConfigKey("vanishing_gradient", "Gradients that die away towards the input.")]
    public VanishingGradientRuleConfig VanishingGradient { get; init; } = new();

    /// <summary>Layers whose weights are all zero.</summary>
    [ConfigKey("zero_weights", "Layers whose weights are all zero.")]
    public ZeroWeightsRuleConfig ZeroWeights { get; init; } = new();

    /// <summary>Updates too large or too small beside the weights.</summary>
    [ConfigKey("update_ratio", "Updates too large or too small beside the weights.")]
    public UpdateRatioRuleConfig UpdateRatio { get; init; } = new();

    /// <summary>A loss that jumps.</summary>
    [ConfigKey("loss_spike", "A loss that jumps.")]
    public LossSpikeRuleConfig LossSpike { get; init; } = new();

    /// <summary>A loss that swings without falling.</summary>
    [ConfigKey("loss_oscillation", "A loss that swings without falling.")]
    public LossOscillationRuleConfig LossOscillation { get; init; } = new();

    /// <summary>A loss that stands still.</summary>
    [ConfigKey("loss_plateau", "A loss that stands still.")]
    public LossPlateauRuleConfig LossPlateau { get; init; } = new();

    /// <summary>A loss that falls very slowly.</summary>
    [ConfigKey("slow_progress", "A loss that falls very slowly.")]
    public SlowProgressRuleConfig SlowProgress { get; init; } = new();

    /// <summary>A validation loss that rises while the training loss falls.</summary>
    [ConfigKey("overfitting", "A validation loss that rises while the training loss falls.")]
    public OverfittingRuleConfig Overfitting { get; init; } = new();

    /// <summary>Training that improves neither loss any more.</summary>
    [ConfigKey("overtraining", "Training that improves neither loss any more.")]
    public OvertrainingRuleConfig Overtraining { get; init; } = new();

    /// <summary>Weights that stay the same.</summary>
    [ConfigKey("unchanged_parameters", "Weights that stay the same.")]
    public UnchangedParametersRuleConfig UnchangedParameters { get; init; } = new();

    /// <summary>A network that starts badly.</summary>
    [ConfigKey("poor_initialization", "A network that starts badly.")]
    public PoorInitializationRuleConfig PoorInitialization { get; init; } = new();

    /// <summary>ReLU layers whose units are dead.</summary>
    [ConfigKey("dead_relu", "ReLU layers whose units are dead.")]
    public ActivationRuleConfig DeadRelu { get; init; } = new();

    /// <summary>tanh and sigmoid layers whose units are saturated.</summary>
    [ConfigKey("saturated_activation", "tanh and sigmoid layers whose units are saturated.")]
    public ActivationRuleConfig SaturatedActivation { get; init; } = new();

    /// <summary>What curvature says of a plateau.</summary>
    [ConfigKey("plateau_diagnosis", "What curvature says of a plateau, where monitor.diagnose_plateau has it measured.")]
    public PlateauDiagnosisRuleConfig PlateauDiagnosis { get; init; } = new();

    /// <summary>A shard whose gradients are much larger than those of the others.</summary>
    [ConfigKey("outlier_shard", "A shard whose gradients are much larger than those of the others.")]
    public OutlierShardRuleConfig OutlierShard { get; init; } = new();

    /// <summary>Gradients that are many steps old.</summary>
    [ConfigKey("stale_gradients", "Gradients that are many steps old.")]
    public StaleGradientsRuleConfig StaleGradients { get; init; } = new();

    /// <summary>A run in which nothing happens.</summary>
    [ConfigKey("stalled_run", "A run in which nothing happens.")]
    public StalledRunRuleConfig StalledRun { get; init; } = new();

    /// <summary>A worker that is much slower than the others.</summary>
    [ConfigKey("straggler", "A worker that is much slower than the others.")]
    public StragglerRuleConfig Straggler { get; init; } = new();
}
