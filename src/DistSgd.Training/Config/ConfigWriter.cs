using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DistSgd.Training.Config.Declarations;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DistSgd.Training.Config;

/// <summary>Writes a config with every key resolved.</summary>
public static partial class ConfigWriter
{
    /// <summary>The config as YAML that reads back as an equal config, each key under its description.</summary>
    /// <param name="config">The config.</param>
    /// <returns>One YAML document.</returns>
    public static string ToYaml(RunConfig config)
    {
        var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart());
        EmitSection(emitter, ConfigSection.Root, config);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    /// <summary>The config as a JSON tree for the log: the keys and words of the file.</summary>
    /// <param name="config">The config.</param>
    /// <returns>A new tree.</returns>
    public static JsonObject ToJson(RunConfig config) => ToJson(ConfigSection.Root, config);

    private static JsonObject ToJson(ConfigSection section, object values) => new(section.Keys.Select(key =>
    {
        object? value = key.Get(values);
        JsonNode? json = (value, key.Section) switch
        {
            (null, _) => key.NullToJson(),
            (_, null) => key.Value.ToJson(value),
            (_, { } inner) => ToJson(inner, value),
        };
        return KeyValuePair.Create(key.Name, json);
    }));

    private static void EmitSection(Emitter emitter, ConfigSection section, object values)
    {
        emitter.Emit(new MappingStart());
        foreach (ConfigKey key in section.Keys)
        {
            emitter.Emit(new Comment(key.Description, isInline: false));
            emitter.Emit(new Scalar(key.Name));
            object? value = key.Get(values);
            if (key.Section is { } inner && value is not null)
            {
                EmitSection(emitter, inner, value);
            }
            else
            {
                EmitValue(emitter, value, key.Format(value));
            }
        }

        emitter.Emit(new MappingEnd());
    }

    private static void EmitValue(Emitter emitter, object? value, string formatted)
    {
        if (value is LayerWidths widths)
        {
            emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, SequenceStyle.Flow));
            foreach (int width in widths)
            {
                emitter.Emit(new Scalar($"{width}"));
            }

            emitter.Emit(new SequenceEnd());
            return;
        }

        // A text that YAML could take for something else, as null or a number, stands in quotes.
        bool quoted = value is string text && !Word().IsMatch(text);
        ScalarStyle style = quoted ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain;
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, formatted, style, isPlainImplicit: true, isQuotedImplicit: true));
    }

    [GeneratedRegex(
        @"^(?!(null|true|false|yes|no|on|off|y|n)\z)[A-Za-z/][A-Za-z0-9_./-]*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
