using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Training.Config.Declarations;

/// <summary>true or false.</summary>
internal sealed class TruthKind : ValueKind
{
    /// <inheritdoc/>
    public override string Expected => "true or false";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node) => node is ScalarNode { IsPlain: true } scalar
        ? scalar.Text switch
        {
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ => null,
        }
        : null;

    /// <inheritdoc/>
    public override string Format(object value) => (bool)value ? "true" : "false";

    /// <inheritdoc/>
    public override JsonNode ToJson(object value) => JsonValue.Create((bool)value);

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "boolean" };
}

/// <summary>One of the values of an enumeration, in snake_case.</summary>
internal sealed class WordKind : ValueKind
{
    private readonly Dictionary<string, object> _values;

    /// <summary>Takes the words from the names of the enumeration.</summary>
    public WordKind(Type enumeration) =>
        _values = Enum.GetValues(enumeration).Cast<object>().ToDictionary(Word, value => value);

    /// <inheritdoc/>
    public override string Expected => _values.Count == 1
        ? $"{_values.Keys.Single()}, the only choice in this version"
        : $"one of {string.Join(", ", _values.Keys)}";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node) => node is ScalarNode scalar ? _values.GetValueOrDefault(scalar.Text) : null;

    /// <inheritdoc/>
    public override string Format(object value) => Word(value);

    /// <inheritdoc/>
    public override JsonNode ToJson(object value) => JsonValue.Create(Word(value));

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. _values.Keys.Select(word => JsonValue.Create(word))]) };

    /// <inheritdoc/>
    public override string Hint(ConfigNode node) => node is ScalarNode scalar ? Spelling.Suggestion(scalar.Text, _values.Keys) : "";

    /// <summary>The word of a value: the one that its declaration gives, else its name in snake_case.</summary>
    public static string Word(object value) =>
        value.GetType().GetField(value.ToString()!)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
        ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()!);
}

/// <summary>A text on one line.</summary>
internal class TextKind(ConfigKeyAttribute declaration) : ValueKind
{
    private const string AnyText = @"^[^\x00-\x1f\x7f-\x9f]+$";

    private readonly Regex _pattern = new(declaration.Pattern ?? AnyText, RegexOptions.CultureInvariant);

    /// <inheritdoc/>
    public override string Expected => declaration.PatternHint ?? "a text of at least one character, on one line";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node) =>
        node is ScalarNode { IsNull: false } scalar && _pattern.Match(scalar.Text) is { Success: true } match
        && match.Length == scalar.Text.Length // the $ of a pattern lets a last line feed pass
            ? scalar.Text
            : null;

    /// <inheritdoc/>
    public override string Format(object value) => (string)value;

    /// <inheritdoc/>
    public override JsonNode ToJson(object value) => JsonValue.Create((string)value);

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "string", ["pattern"] = declaration.Pattern ?? AnyText };
}

/// <summary>The path of a file; a relative one is completed at once, so that it means the same wherever the config is used later.</summary>
internal sealed class PathKind(ConfigKeyAttribute declaration) : TextKind(declaration)
{
    /// <inheritdoc/>
    public override object? Read(ConfigNode node) =>
        base.Read(node) is string path ? Path.GetFullPath(path, node.Origin.Directory) : null;
}
