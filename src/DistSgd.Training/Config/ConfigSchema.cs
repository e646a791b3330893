using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistSgd.Training.Config.Declarations;

namespace DistSgd.Training.Config;

/// <summary>The JSON Schema of a config file, for editors and other tools.</summary>
public static class ConfigSchema
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema, draft 2020-12: type, range, default and description of every key; unknown keys are refused.</summary>
    /// <returns>JSON text, indented.</returns>
    public static string ToJson()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "DistSgd run",
        };
        Describe(ConfigSection.Root, schema);
        return schema.ToJsonString(Readable);
    }

    private static void Describe(ConfigSection section, JsonObject schema)
    {
        schema["type"] = "object";
        schema["properties"] = new JsonObject(section.Keys.Select(key => KeyValuePair.Create<string, JsonNode?>(key.Name, Property(key))));
        schema["additionalProperties"] = false;

        if (section.Keys.FirstOrDefault(key => key.InsteadOf is not null) is { } first)
        {
            ConfigKey second = section.Find(first.InsteadOf!)!;
            var either = new JsonArray(IsSet(first), IsSet(second));
            bool hasDefault = first.Default is not null || second.Default is not null;
            (string word, JsonNode rule) = hasDefault ? ("not", new JsonObject { ["allOf"] = either }) : ("oneOf", (JsonNode)either);
            schema[word] = rule;
        }
    }

    private static JsonObject Property(ConfigKey key)
    {
        var constraint = new JsonObject();
        if (key.Section is { } section)
        {
            Describe(section, constraint);
        }
        else
        {
            constraint = key.Value.Schema();
        }

        JsonObject property = key.IsNullable
            ? new JsonObject { ["anyOf"] = new JsonArray(constraint, new JsonObject { ["const"] = key.NullToJson() }) }
            : constraint;
        property["description"] = key.Description;
        if (key.Section is null || key.Default is null)
        {
            property["default"] = key.Default is null ? key.NullToJson() : key.Value.ToJson(key.Default);
        }

        return property;
    }

    private static JsonObject IsSet(ConfigKey key) => new()
    {
        ["required"] = new JsonArray(key.Name),
        ["properties"] = new JsonObject { [key.Name] = new JsonObject { ["not"] = new JsonObject { ["type"] = "null" } } },
    };
}
