using DistSgd.Learning.Curvature;

namespace DistSgd.Studies.Curvature;

/// <summary>What the examination of a run looks at, and how closely.</summary>
public sealed record CurvatureOptions
{
    /// <summary>Training examples that take part if the user does not say: enough for a mean that the rest hardly changes.</summary>
    public const int DefaultExamples = 10_000;

    /// <summary>Number of workers; it changes no number.</summary>
    public required int Workers { get; init; }

    /// <summary>Training examples that take part, from 1 to all that the run has.</summary>
    public required int Examples { get; init; }

    /// <summary>The estimators' settings.</summary>
    public CurvatureSettings Settings { get; init; } = new();

    /// <summary>The command that makes the study anew.</summary>
    public required string Command { get; init; }
}
