using System.Text.Json.Nodes;

namespace DistSgd.Monitoring.Events;

/// <summary>The config of a <see cref="RunStarted"/> event as a list.</summary>
public static class ConfigKeys
{
    /// <summary>Every key with its value.</summary>
    /// <param name="config">The tree of its keys; whatever a log holds there.</param>
    /// <returns>Dotted keys in the order of the tree, each once, and their values as people write them.</returns>
    public static IEnumerable<(string Key, string Value)> List(JsonObject config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Flatten(config, "").DistinctBy(pair => pair.Key);
    }

    private static IEnumerable<(string Key, string Value)> Flatten(JsonObject section, string prefix) => section.SelectMany(pair => pair.Value switch
    {
        JsonObject inner => Flatten(inner, $"{prefix}{pair.Key}."),
        null => [($"{prefix}{pair.Key}", "null")],
        { } value => [($"{prefix}{pair.Key}", value.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString())],
    });
}
