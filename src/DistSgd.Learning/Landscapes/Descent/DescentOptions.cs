using DistSgd.Learning.Optimization.Schedules;

namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>How to descend.</summary>
public sealed record DescentOptions
{
    /// <summary>Default of <see cref="MaximumSteps"/>, the tutorials'.</summary>
    public const int DefaultSteps = 1000;

    /// <summary>Largest <see cref="MaximumSteps"/>: a run keeps its whole path in memory.</summary>
    public const int MostSteps = 200_000;

    /// <summary>Default of <see cref="Tolerance"/>, the tutorials'.</summary>
    public const double DefaultTolerance = 1e-6;

    /// <summary>Default of <see cref="DivergenceBound"/>.</summary>
    public const double DefaultDivergenceBound = 1e6;

    /// <summary>Name of the optimizer, one of <see cref="DescentMethods.Names"/>.</summary>
    public string Optimizer { get; init; } = "sgd";

    /// <summary>η as a function of the step; newton and lbfgs ignore it, their line search finds the length of a step.</summary>
    public ISchedule LearningRate { get; init; } = new ConstantSchedule(0.01);

    /// <summary>β of momentum and nesterov, in [0, 1).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Largest ‖g‖ that a first-order rule is given, above 0, noise included; null for no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Standard deviation σ of the normal noise on every element of the gradient, as a mini-batch would bring it.</summary>
    public double Noise { get; init; }

    /// <summary>Seed of noise and perturbation.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Number of the run among those of one seed: runs of different numbers see independent noise.</summary>
    public long Sample { get; init; }

    /// <summary>Length of a random step taken once, when the run would stop for the first time; 0 for none (Jin et al. 2017).</summary>
    public double Perturbation { get; init; }

    /// <summary>Largest number of steps, at most <see cref="MostSteps"/>.</summary>
    public int MaximumSteps { get; init; } = DefaultSteps;

    /// <summary>The run stops before a step whose ‖∇f‖ is below this; 0 to take all steps.</summary>
    public double Tolerance { get; init; } = DefaultTolerance;

    /// <summary>Which gradient the stopping test looks at; it matters only with noise.</summary>
    public StoppingGradient StoppingGradient { get; init; }

    /// <summary>Largest ‖x‖ before the run counts as diverged.</summary>
    public double DivergenceBound { get; init; } = DefaultDivergenceBound;
}

/// <summary>Which gradient the stopping test looks at.</summary>
public enum StoppingGradient
{
    /// <summary>The one that the optimizer sees, noise included.</summary>
    Observed,

    /// <summary>
    /// The true one, before the noise, as the code of tutorial 002 does: a run that starts exactly at a saddle stops before its first step,
    /// so that its noise never acts.
    /// </summary>
    True,
}
