using System.Globalization;
using System.Text.Json.Nodes;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>What of a run's config decides which advice can help; null where the log does not tell.</summary>
/// <param name="LearningRate">The learning rate before its schedule, as the config writes it.</param>
/// <param name="Activation">Activation of the hidden layers.</param>
/// <param name="Initialization">Distribution of the initial weights.</param>
/// <param name="ClipsByNorm">Whether gradients are clipped by norm.</param>
/// <param name="Mode">Consistency mode of the cluster.</param>
/// <param name="Loss">The loss.</param>
public sealed record RunSetup(
    string? LearningRate, string? Activation, string? Initialization, bool ClipsByNorm, string? Mode = null, string? Loss = null)
{
    /// <summary>Of a run nothing is known of.</summary>
    public static RunSetup Unknown { get; } = new(null, null, null, ClipsByNorm: false);

    /// <summary>Whether the architecture is already the one that keeps gradients alive: no saturating activation, weights to match.</summary>
    public bool KeepsGradients => Activation is "relu" or "leaky_relu" or "gelu" && Initialization == "he";

    /// <summary>Takes the setup from the first event of a log.</summary>
    /// <param name="started">The event.</param>
    /// <returns>The setup.</returns>
    public static RunSetup Of(RunStarted started)
    {
        ArgumentNullException.ThrowIfNull(started);
        return new RunSetup(
            Text(started.Config, "optimizer", "learning_rate"),
            Text(started.Config, "model", "activation"),
            Text(started.Config, "model", "initialization"),
            Text(started.Config, "clip", "norm") is not null,
            Text(started.Config, "cluster", "mode"),
            started.Config["loss"] is JsonValue loss ? $"{loss}" : null);
    }

    private static string? Text(JsonObject config, string section, string key) =>
        (config[section] as JsonObject)?[key] is JsonValue value ? string.Create(CultureInfo.InvariantCulture, $"{value}") : null;
}
