using DistSgd.Monitoring.Rules;

namespace DistSgd.Training.Config;

/// <summary>What the server does by itself about alerts, and how often it may.</summary>
/// <remarks>
/// The server decides from the events that it writes, before the next step, so a run with actions is as reproducible as one without. While an
/// alert stands, its action is repeated after each pause, up to the limit.
/// </remarks>
public sealed record MonitorActionsConfig
{
    /// <summary>Largest number of actions of a run.</summary>
    [ConfigKey("limit", "Largest number of actions in a run.", Min = 0)]
    public int Limit { get; init; } = 3;

    /// <summary>Steps that pass between two actions at least.</summary>
    [ConfigKey("pause", "Steps between two actions at least.", Min = 1)]
    public int Pause { get; init; } = 1000;

    /// <summary>Factor of lower_rate; raise_rate divides by it.</summary>
    [ConfigKey("rate_factor", "What lower_rate multiplies the learning rate by; raise_rate divides by it.", Min = 0, Max = 1, ExclusiveMin = true, ExclusiveMax = true)]
    public double RateFactor { get; init; } = 0.5;

    /// <summary>Limit of the gradient norm that clip switches on.</summary>
    [ConfigKey("clip_norm", "Limit of the gradient norm that clip switches on.", Min = 0, ExclusiveMin = true)]
    public double ClipNorm { get; init; } = 1;

    /// <summary>Momentum that add_momentum switches on.</summary>
    [ConfigKey("momentum", "Momentum that add_momentum switches on.", Min = 0, Max = 1, ExclusiveMin = true, ExclusiveMax = true)]
    public double Momentum { get; init; } = 0.9;

    /// <summary>Action about <see cref="ExplodingGradientRule"/>.</summary>
    [ConfigKey("exploding_gradient", "About exploding gradients.")]
    public AlertAction ExplodingGradient { get; init; }

    /// <summary>Action about <see cref="VanishingGradientRule"/>.</summary>
    [ConfigKey("vanishing_gradient", "About vanishing gradients.")]
    public AlertAction VanishingGradient { get; init; }

    /// <summary>Action about <see cref="DeadReluRule"/>.</summary>
    [ConfigKey("dead_relu", "About dead ReLUs.")]
    public AlertAction DeadRelu { get; init; }

    /// <summary>Action about <see cref="LossSpikeRule"/>.</summary>
    [ConfigKey("loss_spike", "About a loss that jumps.")]
    public AlertAction LossSpike { get; init; }

    /// <summary>Action about <see cref="LossOscillationRule"/>.</summary>
    [ConfigKey("loss_oscillation", "About a loss that swings without falling.")]
    public AlertAction LossOscillation { get; init; }

    /// <summary>Action about <see cref="LossPlateauRule"/>.</summary>
    [ConfigKey("loss_plateau", "About a loss that stands still.")]
    public AlertAction LossPlateau { get; init; }

    /// <summary>Action about <see cref="SlowProgressRule"/>.</summary>
    [ConfigKey("slow_progress", "About a loss that falls very slowly.")]
    public AlertAction SlowProgress { get; init; }

    /// <summary>Action about <see cref="OverfittingRule"/>.</summary>
    [ConfigKey("overfitting", "About a validation loss that rises while the training loss falls.")]
    public AlertAction Overfitting { get; init; }

    /// <summary>Action about <see cref="OvertrainingRule"/>.</summary>
    [ConfigKey("overtraining", "About training that improves neither loss any more.")]
    public AlertAction Overtraining { get; init; }

    /// <summary>The actions by the name of the rule, those that do something.</summary>
    public IReadOnlyDictionary<string, AlertAction> ByRule => new Dictionary<string, AlertAction>
    {
        [ExplodingGradientRule.RuleName] = ExplodingGradient,
        [VanishingGradientRule.RuleName] = VanishingGradient,
        [DeadReluRule.RuleName] = DeadRelu,
        [LossSpikeRule.RuleName] = LossSpike,
        [LossOscillationRule.RuleName] = LossOscillation,
        [LossPlateauRule.RuleName] = LossPlateau,
        [SlowProgressRule.RuleName] = SlowProgress,
        [OverfittingRule.RuleName] = Overfitting,
        [OvertrainingRule.RuleName] = Overtraining,
    }.Where(pair => pair.Value != AlertAction.None).ToDictionary();
}

/// <summary>What the server does about an alert.</summary>
public enum AlertAction
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Lowers the learning rate for the rest of the run.</summary>
    LowerRate,

    /// <summary>Raises the learning rate for the rest of the run.</summary>
    RaiseRate,

    /// <summary>Switches momentum on.</summary>
    AddMomentum,

    /// <summary>Switches clipping by norm on.</summary>
    Clip,

    /// <summary>Returns to the parameters of the last checkpoint and goes on with the batches that come next.</summary>
    Rollback,

    /// <summary>Measures the curvature: at a saddle moves along the most negative one, elsewhere lowers the learning rate.</summary>
    Perturb,

    /// <summary>Stops the run.</summary>
    Stop,
}
