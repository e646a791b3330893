using System.Globalization;
using DistSgd.Learning.Gradients;

namespace DistSgd.Training.Actors;

/// <summary>A fault that a test plants into what one worker computes: the monitor has to find it, in a real cluster too.</summary>
/// <remarks>No config and no option leads here; hosts take it from the environment variable <see cref="Variable"/>.</remarks>
/// <param name="Worker">The worker, or * for all.</param>
/// <param name="Fault">What is done to the slices of a shard.</param>
/// <param name="FirstStep">The first step that has it, from 1.</param>
/// <param name="LastStep">The last one.</param>
public sealed record PlantedFault(string Worker, SliceFault Fault, long FirstStep, long LastStep)
{
    /// <summary>Name of the environment variable.</summary>
    public const string Variable = "DISTSGD_TEST_FAULT";

    /// <summary>The fault that the environment plants into a worker.</summary>
    /// <param name="worker">The worker.</param>
    /// <returns>The fault; null for none, as everywhere but in tests.</returns>
    /// <exception cref="FormatException">The variable is set to something else than WORKER:SHARD:FIRST-LAST:FACTOR.</exception>
    public static PlantedFault? Of(ActorId worker) =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text && Parse(text) is { } fault && (fault.Worker == "*" || fault.Worker == worker.Name)
            ? fault
            : null;

    /// <summary>Reads a fault.</summary>
    /// <param name="text">WORKER:SHARD:FIRST-LAST:FACTOR, such as <c>worker-2:5:100-120:NaN</c>.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static PlantedFault Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(':', '-');
        int last = parts.Length - 1;
        return last >= 4
            && int.TryParse(parts[last - 3], CultureInfo.InvariantCulture, out int shard)
            && long.TryParse(parts[last - 2], CultureInfo.InvariantCulture, out long firstStep)
            && long.TryParse(parts[last - 1], CultureInfo.InvariantCulture, out long lastStep)
            && float.TryParse(parts[last], CultureInfo.InvariantCulture, out float factor)
            ? new PlantedFault(text[..text.IndexOf(':', StringComparison.Ordinal)], new SliceFault(shard, factor), firstStep, lastStep)
            : throw new FormatException($"{Variable}: found '{text}'; expected WORKER:SHARD:FIRST-LAST:FACTOR.");
    }

    /// <summary>The fault of a step.</summary>
    /// <param name="step">Index of the step, from 0.</param>
    /// <returns>The fault; null for none.</returns>
    public SliceFault? At(long step) => step + 1 >= FirstStep && step + 1 <= LastStep ? Fault : null;
}
