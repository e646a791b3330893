using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistSgd.Monitoring.Events;
using Serilog.Events;
using Serilog.Parsing;

namespace DistSgd.Hosting.Logging;

/// <summary>Turns the events of the run into Serilog's.</summary>
public static class LogEventConverter
{
    private static readonly MessageTemplateParser Parser = new();
    private static readonly ConcurrentDictionary<string, MessageTemplate> Templates = new();

    /// <summary>Converts an event.</summary>
    /// <param name="trainingEvent">The event.</param>
    /// <returns>A Serilog event with the same time, level, template and properties.</returns>
    public static LogEvent ToLogEvent(TrainingEvent trainingEvent) => new(
        trainingEvent.Time,
        trainingEvent.Level switch
        {
            EventLevel.Warning => LogEventLevel.Warning,
            EventLevel.Error => LogEventLevel.Error,
            _ => LogEventLevel.Information,
        },
        exception: null,
        Templates.GetOrAdd(trainingEvent.MessageTemplate, Parser.Parse),
        EventJson.Properties(trainingEvent).Select(property => new LogEventProperty(property.Key, ToPropertyValue(property.Value))));

    private static LogEventPropertyValue ToPropertyValue(object? value) => value switch
    {
        IEnumerable<int> numbers => new SequenceValue(numbers.Select(number => new ScalarValue(number))),
        IEnumerable<KeyValuePair<string, int>> counts => new DictionaryValue(counts.Select(
            count => new KeyValuePair<ScalarValue, LogEventPropertyValue>(new(count.Key), new ScalarValue(count.Value)))),
        JsonObject tree => new DictionaryValue(tree.Select(
            node => new KeyValuePair<ScalarValue, LogEventPropertyValue>(new(node.Key), ToPropertyValue(node.Value)))),
        JsonArray list => new SequenceValue(list.Select(ToPropertyValue)),
        JsonValue leaf => ToScalar(JsonSerializer.SerializeToElement(leaf)),
        _ => new ScalarValue(value),
    };

    private static ScalarValue ToScalar(JsonElement leaf) => new(leaf.ValueKind switch
    {
        JsonValueKind.String => leaf.GetString(),
        JsonValueKind.True or JsonValueKind.False => leaf.GetBoolean(),
        _ when leaf.TryGetInt64(out long integer) => integer,
        _ when leaf.TryGetUInt64(out ulong large) => large,
        _ => leaf.GetDouble(),
    });
}
