using DistSgd.Learning.Optimization;

namespace DistSgd.Training.Config;

/// <summary>Update rule of the parameters and its constants, in PyTorch's definitions.</summary>
public sealed record OptimizerConfig
{
    private const double SmallestSingle = 1e-45; // Less is 0 in the single precision that the update rules compute in.

    /// <summary>Update rule.</summary>
    [ConfigKey("kind", "Update rule.")]
    public OptimizerKind Kind { get; init; } = OptimizerKind.Sgd;

    /// <summary>Step size η before the schedule.</summary>
    [ConfigKey("learning_rate", "Step size before the schedule; usual 1e-5 to 0.1.", Min = 0, ExclusiveMin = true)]
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Momentum β of sgd, adagrad and rmsprop; 0 for none.</summary>
    [ConfigKey("momentum", "Momentum of sgd, adagrad and rmsprop; 0 for none, usual 0.5 to 0.99.", Min = 0, Max = 1, ExclusiveMax = true)]
    public double Momentum { get; init; }

    /// <summary>Growth of the momentum from a lower start, or null for a constant one.</summary>
    [ConfigKey("momentum_schedule", "Momentum that grows from a lower start; null for a constant one.")]
    public MomentumScheduleConfig? MomentumSchedule { get; init; }

    /// <summary>Whether the momentum looks ahead.</summary>
    [ConfigKey("nesterov", "Whether the momentum looks ahead (Nesterov); needs momentum above 0.")]
    public bool Nesterov { get; init; }

    /// <summary>Weight decay λ; decoupled for adamw, else coupled (L2).</summary>
    [ConfigKey("weight_decay", "Weight decay, decoupled for adamw, else coupled (L2); 0 for none, usual 1e-5 to 0.1.", Min = 0)]
    public double WeightDecay { get; init; }

    /// <summary>Decay β₁ of the first moment (adam, adamw).</summary>
    [ConfigKey("beta1", "Decay of the first moment (adam, adamw).", Min = 0, Max = 1, ExclusiveMax = true)]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay β₂ of the second moment (adam, adamw).</summary>
    [ConfigKey("beta2", "Decay of the second moment (adam, adamw).", Min = 0, Max = 1, ExclusiveMax = true)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Constant ε outside the root; null for 1e-10 (adagrad) or 1e-8 (rmsprop, adam, adamw).</summary>
    [ConfigKey("epsilon",
        "Constant outside the root; null for 1e-10 (adagrad) or 1e-8 (rmsprop, adam, adamw).",
        Min = SmallestSingle)]
    public double? Epsilon { get; init; }

    /// <summary>Smoothing α of the squared gradients (rmsprop).</summary>
    [ConfigKey("smoothing", "Smoothing of the squared gradients (rmsprop).", Min = 0, Max = 1, ExclusiveMax = true)]
    public double Smoothing { get; init; } = 0.99;

    /// <summary>Standard deviation σ of normal noise added to each gradient element; 0 for none.</summary>
    [ConfigKey("gradient_noise", "Standard deviation of noise added to the gradient, whatever the batch size; 0 for none.", Min = 0)]
    public double GradientNoise { get; init; }
}

/// <summary>Momentum that grows on a straight line to <see cref="OptimizerConfig.Momentum"/>.</summary>
public sealed record MomentumScheduleConfig
{
    /// <summary>Momentum at the first step.</summary>
    [ConfigKey("initial", "Momentum at the first step.", Min = 0, Max = 1, ExclusiveMax = true)]
    public double Initial { get; init; } = 0.5;

    /// <summary>Steps until the optimizer's momentum is reached.</summary>
    [ConfigKey("steps", "Steps until the momentum of the optimizer is reached.", Min = 1)]
    public long Steps { get; init; } = 1000;
}
