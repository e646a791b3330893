using System.Text.Json.Nodes;
using DistSgd.Training.Config;
using DistSgd.Training.Config.Declarations;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Studies.Trials.Settings;

/// <summary>A value of a study's config that is written down nowhere but in the file itself.</summary>
internal abstract class StudyKind : ValueKind
{
    /// <inheritdoc/>
    public override string Format(object value) => throw new NotSupportedException("A study's config is read only.");

    /// <inheritdoc/>
    public override JsonNode ToJson(object value) => throw new NotSupportedException("A study's config is read only.");

    /// <inheritdoc/>
    public override JsonObject Schema() => [];

    /// <summary>The keys of a mapping with what is made of their values; null if it is none, or a key stands there twice, or a value is refused.</summary>
    protected static List<(string Key, T Value)>? Entries<T>(ConfigNode node, Func<ConfigNode, T?> read)
        where T : class
    {
        if (node is not MappingNode mapping || mapping.Entries.DistinctBy(entry => entry.Key).Count() < mapping.Entries.Count)
        {
            return null;
        }

        var entries = new List<(string, T)>();
        foreach (MappingEntry entry in mapping.Entries)
        {
            if (read(entry.Value) is not { } value)
            {
                return null;
            }

            entries.Add((entry.Key, value));
        }

        return entries;
    }

    /// <summary>A value as YAML on one line.</summary>
    protected static string Flow(ConfigNode node) => node switch
    {
        SequenceNode sequence => $"[{string.Join(", ", sequence.Items.Select(Flow))}]",
        MappingNode mapping => $"{{{string.Join(", ", mapping.Entries.Select(entry => $"{entry.Key}: {Flow(entry.Value)}"))}}}",
        ScalarNode { IsPlain: true } scalar => scalar.Text.Length == 0 ? "null" : scalar.Text,
        ScalarNode scalar => $"'{scalar.Text.Replace("'", "''", StringComparison.Ordinal)}'",
        _ => throw new InvalidOperationException($"No text for {node.GetType().Name}."),
    };
}

/// <summary>Dotted keys of the run with a value each.</summary>
internal sealed class KeySettingsKind : StudyKind
{
    /// <inheritdoc/>
    public override string Expected => "a mapping of dotted keys of the run, each once, such as { data.validation: 2000 }";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node) => Entries(node, Flow) is { } entries
        ? new KeySettings([.. entries.Select(entry => new KeySetting(entry.Key, entry.Value))])
        : null;
}

/// <summary>Dotted keys of the run with a list of values each.</summary>
internal sealed class GridKind : StudyKind
{
    /// <inheritdoc/>
    public override string Expected =>
        "a mapping of dotted keys of the run, each once with a list of one or more different values, such as { training.batch_size: [32, 128] }";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node) => Entries(node, Values) is { } entries
        ? new Grid([.. entries.Select(entry => new GridAxis(entry.Key, entry.Value))])
        : null;

    private static string[]? Values(ConfigNode node)
    {
        string[] values = node is SequenceNode sequence ? [.. sequence.Items.Select(Flow)] : [];
        return values.Length > 0 && values.Distinct().Count() == values.Length ? values : null;
    }
}

/// <summary>Names with settings each.</summary>
internal sealed class VariantsKind : StudyKind
{
    private const string Rates = "learning_rates";

    /// <inheritdoc/>
    public override string Expected =>
        $"a mapping of one or more names, each once with a mapping of dotted keys of the run and, if it is to have its own, {Rates}, "
        + "such as { adam: { optimizer.kind: adam, learning_rates: [0.001, 0.003] } }";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node) => Entries(node, Of) is { Count: > 0 } entries
        ? new Variants([.. entries.Select(entry => entry.Value with { Name = entry.Key })])
        : null;

    private static Variant? Of(ConfigNode node)
    {
        if (Entries(node, value => value) is not { } entries)
        {
            return null;
        }

        KeySetting[] settings = [.. entries.Where(entry => entry.Key != Rates).Select(entry => new KeySetting(entry.Key, Flow(entry.Value)))];
        ConfigNode? given = entries.Find(entry => entry.Key == Rates).Value;
        var rates = given is null ? null : (NumberList?)new RatesKind().Read(given);
        return given is not null && rates is null ? null : new Variant("", new KeySettings(settings), rates);
    }
}

/// <summary>Learning rates.</summary>
internal sealed class RatesKind : StudyKind
{
    private static readonly ValueKind Rate = Of(typeof(double), new ConfigKeyAttribute("rate", "") { Min = 0, ExclusiveMin = true });

    /// <inheritdoc/>
    public override string Expected => "a list of numbers above 0, ascending, such as [0.05, 0.1, 0.2]";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node)
    {
        object?[] rates = node is SequenceNode sequence ? [.. sequence.Items.Select(Rate.Read)] : [null];
        double[] values = [.. rates.OfType<double>()];
        return values.Length == rates.Length && values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second) ? new NumberList(values) : null;
    }
}
