namespace DistSgd.Studies;

/// <summary>A study that runs by its name: <c>landscape NAME</c>.</summary>
public interface INamedStudy
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it shows, in one line.</summary>
    string Description { get; }

    /// <summary>The settings that mean something to it; any other that the user gives is a mistake.</summary>
    StudyOptions Accepts { get; }

    /// <summary>Runs it.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>What it found.</returns>
    /// <exception cref="Learning.InputException">A setting does not fit: a start of another dimension, an unknown optimizer.</exception>
    StudyResult Run(StudySettings settings);
}

/// <summary>Settings of a study, each null or empty where the study's own values hold.</summary>
public sealed record StudySettings
{
    /// <summary>Seed of every random number.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>Points to start from.</summary>
    public IReadOnlyList<double[]> Starts { get; init; } = [];

    /// <summary>Names of optimizers.</summary>
    public IReadOnlyList<string> Optimizers { get; init; } = [];

    /// <summary>Learning rate η.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Momentum β.</summary>
    public double? Momentum { get; init; }

    /// <summary>Standard deviation σ of the noise on every element of the gradient.</summary>
    public double? Noise { get; init; }

    /// <summary>Largest number of steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Condition number κ of the quadratic.</summary>
    public double? ConditionNumber { get; init; }
}

/// <summary>The settings that a study can take.</summary>
[Flags]
public enum StudyOptions
{
    /// <summary>None but the seed.</summary>
    None = 0,

    /// <summary><see cref="StudySettings.Starts"/>.</summary>
    Starts = 1,

    /// <summary><see cref="StudySettings.Optimizers"/>.</summary>
    Optimizers = 2,

    /// <summary><see cref="StudySettings.LearningRate"/>.</summary>
    LearningRate = 4,

    /// <summary><see cref="StudySettings.Momentum"/>.</summary>
    Momentum = 8,

    /// <summary><see cref="StudySettings.Noise"/>.</summary>
    Noise = 16,

    /// <summary><see cref="StudySettings.Steps"/>.</summary>
    Steps = 32,

    /// <summary><see cref="StudySettings.ConditionNumber"/>.</summary>
    ConditionNumber = 64,
}
