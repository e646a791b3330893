using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DistSgd.Monitoring.Events;

/// <summary>Events as JSON lines and as flat lists of properties, by the conventions of <see cref="EventSchema"/>.</summary>
public static class EventJson
{
    private const string TimeProperty = "@t";
    private const string KindProperty = nameof(TrainingEvent.Event);

    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepWhatIsWritten } },
    };

    private static readonly Dictionary<Type, JsonTypeInfo> TypeInfos =
        EventSchema.Kinds.Values.ToDictionary(type => type, Options.GetTypeInfo);

    // A dictionary looked up with the UTF-8 bytes of the line would need a comparer of its own; ten kinds are found as fast one by one.
    private static readonly (byte[] Utf8, JsonTypeInfo TypeInfo, PlainReader? Plain)[] Kinds =
        [.. EventSchema.Kinds.Select(kind => (System.Text.Encoding.UTF8.GetBytes(kind.Key), TypeInfos[kind.Value], PlainReader.Create(kind.Key, kind.Value)))];

    /// <summary>The properties of an event in the order they are written: <c>Event</c> first; time and nulls left out.</summary>
    /// <param name="trainingEvent">The event.</param>
    /// <returns>
    /// Names and values: text, truth values, integers, doubles, lists of integers, a dictionary from names to integers, a tree of JSON.
    /// </returns>
    public static IEnumerable<KeyValuePair<string, object>> Properties(TrainingEvent trainingEvent)
    {
        foreach (JsonPropertyInfo property in TypeInfos[trainingEvent.GetType()].Properties)
        {
            if (property.Name != TimeProperty && property.Get!(trainingEvent) is { } value)
            {
                yield return new(property.Name, value);
            }
        }
    }

    /// <summary>An event as one line of JSON without a message template; <see cref="Read"/> takes it back.</summary>
    /// <param name="trainingEvent">The event.</param>
    /// <returns>The line, without a line break.</returns>
    public static string Write(TrainingEvent trainingEvent) => JsonSerializer.Serialize(trainingEvent, TypeInfos[trainingEvent.GetType()]);

    /// <summary>Reads one line of a log.</summary>
    /// <param name="utf8Line">The line, without a line break.</param>
    /// <returns>The event; null if the line is an object of a kind that this version does not know, or of none.</returns>
    /// <exception cref="JsonException">The line is no JSON object, or lacks a property of its kind, or has one of a wrong type.</exception>
    public static TrainingEvent? Read(ReadOnlySpan<byte> utf8Line)
    {
        try
        {
            if (GuessKind(utf8Line)?.Read(utf8Line) is { } plain)
            {
                return plain;
            }

            JsonTypeInfo? typeInfo = FindKind(utf8Line);
            return typeInfo is null ? null : (TrainingEvent?)JsonSerializer.Deserialize(utf8Line, typeInfo);
        }
        catch (InvalidOperationException e)
        {
            // So the reader reports an escape that is no valid UTF-16.
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>The kind, first, and whatever can be set are the event; what follows from them (message, level) is not written.</summary>
    private static void KeepWhatIsWritten(JsonTypeInfo typeInfo)
    {
        if (typeInfo.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        JsonPropertyInfo[] written = [.. typeInfo.Properties
            .Where(property => property.Set is not null || property.Name == KindProperty)
            .OrderByDescending(property => property.Name == KindProperty)];
        typeInfo.Properties.Clear();
        Array.ForEach(written, typeInfo.Properties.Add);
    }

    /// <summary>The kind that the line seems to be of; its reader makes sure.</summary>
    private static PlainReader? GuessKind(ReadOnlySpan<byte> utf8Line)
    {
        ReadOnlySpan<byte> before = "\"Event\":\""u8;
        int found = utf8Line.IndexOf(before);
        ReadOnlySpan<byte> name = found < 0 ? default : utf8Line[(found + before.Length)..];
        foreach ((byte[] utf8, _, PlainReader? plain) in Kinds)
        {
            if (plain is not null && name.Length > utf8.Length && name[utf8.Length] == '"' && name.StartsWith(utf8))
            {
                return plain;
            }
        }

        return null;
    }

    private static JsonTypeInfo? FindKind(ReadOnlySpan<byte> utf8Line)
    {
        var reader = new Utf8JsonReader(utf8Line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A line of the log must be a JSON object.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isKind = reader.ValueTextEquals(KindProperty);
            reader.Read();
            if (isKind)
            {
                return reader.TokenType == JsonTokenType.String ? MatchKind(ref reader) : null;
            }

            reader.Skip();
        }

        return null;
    }

    private static JsonTypeInfo? MatchKind(ref Utf8JsonReader reader)
    {
        foreach ((byte[] utf8, JsonTypeInfo typeInfo, _) in Kinds)
        {
            if (reader.ValueTextEquals(utf8))
            {
                return typeInfo;
            }
        }

        return null;
    }
}
