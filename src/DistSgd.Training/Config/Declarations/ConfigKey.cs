using System.Reflection;
using System.Text.Json.Nodes;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Training.Config.Declarations;

/// <summary>One key of the config, as its property declares it: a value, or a section of further keys.</summary>
internal sealed class ConfigKey
{
    private readonly ConfigKeyAttribute _declaration;
    private readonly PropertyInfo _property;
    private readonly ValueKind? _value;

    private ConfigKey(PropertyInfo property, ConfigKeyAttribute declaration, object defaults)
    {
        _property = property;
        _declaration = declaration;
        Default = property.GetValue(defaults);
        IsNullable = new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;

        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (ConfigSection.IsSection(type))
        {
            Section = ConfigSection.Of(type);
        }
        else
        {
            _value = ValueKind.Of(type, declaration);
        }
    }

    /// <summary>Name in its section.</summary>
    public string Name => _declaration.Name;

    /// <summary>One line for people.</summary>
    public string Description => _declaration.Description;

    /// <summary>Whether it changes numbers of the run.</summary>
    public bool IsNumeric => _declaration.Numeric;

    /// <summary>The key of which exactly one, this or that, is set; or null.</summary>
    public string? InsteadOf => _declaration.InsteadOf;

    /// <summary>Whether it can be null.</summary>
    public bool IsNullable { get; }

    /// <summary>Null as the last of what is expected, or nothing if null is not allowed.</summary>
    public string OrNull => IsNullable ? $", or {Format(null)}" : "";

    /// <summary>Value where the file says nothing.</summary>
    public object? Default { get; }

    /// <summary>The keys inside, if this is a section; else null.</summary>
    public ConfigSection? Section { get; }

    /// <summary>What the key holds, if this is no section.</summary>
    public ValueKind Value => _value ?? throw new InvalidOperationException($"{Name} is a section.");

    /// <summary>Reads the declaration of a property; null if it declares no key.</summary>
    /// <param name="property">The property.</param>
    /// <param name="defaults">A section in which nothing was set.</param>
    public static ConfigKey? Of(PropertyInfo property, object defaults) =>
        property.GetCustomAttribute<ConfigKeyAttribute>() is { } declaration ? new ConfigKey(property, declaration, defaults) : null;

    /// <summary>Whether a node spells null for this key.</summary>
    public bool IsNull(ConfigNode node) =>
        _declaration.NullWord is { } word ? node is ScalarNode scalar && scalar.Text == word : node.IsNull;

    /// <summary>A value of this key, or the word for null, as YAML writes it.</summary>
    public string Format(object? value) => value is null ? _declaration.NullWord ?? "null" : Value.Format(value);

    /// <summary>Null as JSON: the key's word for it, if it has one.</summary>
    public JsonNode? NullToJson() => _declaration.NullWord is { } word ? JsonValue.Create(word) : null;

    /// <summary>The value in a section.</summary>
    public object? Get(object section) => _property.GetValue(section);

    /// <summary>Sets the value in a section that is being built.</summary>
    public void Set(object section, object? value) => _property.SetValue(section, value);
}
