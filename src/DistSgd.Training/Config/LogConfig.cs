namespace DistSgd.Training.Config;

/// <summary>What is logged and shown; changes no number of the run.</summary>
public sealed record LogConfig
{
    /// <summary>Steps summed up in one step event of the log.</summary>
    [ConfigKey("step_every", "Steps summed up in one step event of the log.", Min = 1)]
    public int StepEvery { get; init; } = 10;

    /// <summary>Least severity shown on the console.</summary>
    [ConfigKey("console", "Least severity shown on the console.")]
    public ConsoleLevel Console { get; init; } = ConsoleLevel.Info;
}

/// <summary>Least severity shown on the console.</summary>
public enum ConsoleLevel
{
    /// <summary>Everything.</summary>
    Debug,

    /// <summary>Progress, warnings and errors.</summary>
    Info,

    /// <summary>Warnings and errors.</summary>
    Warning,

    /// <summary>Nothing but errors that end the run.</summary>
    Off,
}
