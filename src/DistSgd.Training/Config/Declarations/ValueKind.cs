using System.Text.Json.Nodes;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Training.Config.Declarations;

/// <summary>What a key holds: how it is read, written, described and constrained, all in one place.</summary>
internal abstract class ValueKind
{
    /// <summary>What is allowed, in words that follow "expected".</summary>
    public abstract string Expected { get; }

    /// <summary>The value of a node, or null if the node is not allowed.</summary>
    public abstract object? Read(ConfigNode node);

    /// <summary>The value as YAML writes it; the same text for the same value, always.</summary>
    public abstract string Format(object value);

    /// <summary>The value as JSON.</summary>
    public abstract JsonNode ToJson(object value);

    /// <summary>The constraint as JSON Schema.</summary>
    public abstract JsonObject Schema();

    /// <summary>More about a node that was refused, to follow <see cref="Expected"/>; may be empty.</summary>
    public virtual string Hint(ConfigNode node) => "";

    /// <summary>The kind of a property.</summary>
    /// <param name="type">Type of the property, never a nullable value type.</param>
    /// <param name="declaration">Its declaration.</param>
    /// <exception cref="NotSupportedException">No kind reads that type: a mistake in a declaration.</exception>
    public static ValueKind Of(Type type, ConfigKeyAttribute declaration) => type switch
    {
        _ when declaration.Kind is { } kind => (ValueKind)Activator.CreateInstance(kind)!,
        _ when type == typeof(int) => new WholeNumberKind(declaration, int.MaxValue),
        _ when type == typeof(long) => new WholeNumberKind(declaration, long.MaxValue),
        _ when type == typeof(double) => new RealNumberKind(declaration),
        _ when type == typeof(bool) => new TruthKind(),
        _ when type == typeof(string) && declaration.IsPath => new PathKind(declaration),
        _ when type == typeof(string) => new TextKind(declaration),
        _ when type == typeof(LayerWidths) => new LayerWidthsKind(declaration),
        _ when type.IsEnum => new WordKind(type),
        _ => throw new NotSupportedException($"{declaration.Name}: no config value has the type {type}."),
    };
}
