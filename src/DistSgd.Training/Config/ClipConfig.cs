namespace DistSgd.Training.Config;

/// <summary>Gradient clipping; exactly one of the two is set.</summary>
public sealed record ClipConfig
{
    /// <summary>Limit c of the global norm: g·c/‖g‖ where ‖g‖ exceeds it.</summary>
    [ConfigKey("norm", "Limit of the global norm; a longer gradient is cut to it.", Min = 0, ExclusiveMin = true, InsteadOf = "value")]
    public double? Norm { get; init; }

    /// <summary>Limit of the magnitude of each element.</summary>
    [ConfigKey("value", "Limit of the magnitude of each element.", Min = 0, ExclusiveMin = true, InsteadOf = "norm")]
    public double? Value { get; init; }
}
