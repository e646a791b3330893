using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DistSgd.Training.Tests.Config;

/// <summary>The part of JSON Schema that the config's schema uses, written from the specification; other words are refused.</summary>
internal static class JsonSchemaCheck
{
    private static readonly HashSet<string> Annotations = ["$schema", "title", "description", "default"];

    public static bool IsValid(JsonNode? value, JsonNode schema) =>
        schema.AsObject().All(rule => Annotations.Contains(rule.Key) || Holds(value, rule.Key, rule.Value, schema));

    private static bool Holds(JsonNode? value, string word, JsonNode? rule, JsonNode schema) => word switch
    {
        "type" => Types(value).Contains((string)rule!),
        "const" => JsonNode.DeepEquals(value, rule),
        "enum" => rule!.AsArray().Any(allowed => JsonNode.DeepEquals(value, allowed)),
        "minimum" => !IsNumber(value) || (double)value! >= (double)rule!,
        "maximum" => !IsNumber(value) || (double)value! <= (double)rule!,
        "exclusiveMinimum" => !IsNumber(value) || (double)value! > (double)rule!,
        "exclusiveMaximum" => !IsNumber(value) || (double)value! < (double)rule!,
        "pattern" => !Types(value).Contains("string") || Regex.IsMatch((string)value!, (string)rule!),
        "maxItems" => value is not JsonArray list || list.Count <= (int)rule!,
        "items" => value is not JsonArray list || list.All(item => IsValid(item, rule!)),
        "required" => value is not JsonObject map || rule!.AsArray().All(key => map.ContainsKey((string)key!)),
        "properties" => value is not JsonObject map || rule!.AsObject().All(p => !map.ContainsKey(p.Key) || IsValid(map[p.Key], p.Value!)),
        "additionalProperties" => value is not JsonObject map || (bool)rule! || map.All(p => IsNamed(p.Key, schema)),
        "anyOf" => rule!.AsArray().Any(option => IsValid(value, option!)),
        "oneOf" => rule!.AsArray().Count(option => IsValid(value, option!)) == 1,
        "allOf" => rule!.AsArray().All(option => IsValid(value, option!)),
        "not" => !IsValid(value, rule!),
        _ => throw new NotSupportedException(word),
    };

    private static bool IsNamed(string key, JsonNode schema) => schema["properties"]!.AsObject().ContainsKey(key);

    private static bool IsNumber(JsonNode? value) => Types(value).Contains("number");

    private static string[] Types(JsonNode? value) => value?.GetValueKind() switch
    {
        null => ["null"],
        JsonValueKind.Object => ["object"],
        JsonValueKind.Array => ["array"],
        JsonValueKind.String => ["string"],
        JsonValueKind.Number => double.IsInteger((double)value) ? ["number", "integer"] : ["number"],
        _ => ["boolean"],
    };
}
