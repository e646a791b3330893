namespace DistSgd.Studies.Trials.Settings;

/// <summary>A key of the run with a value in YAML.</summary>
/// <param name="Key">The key, dotted.</param>
/// <param name="Value">The value, in YAML on one line.</param>
public readonly record struct KeySetting(string Key, string Value)
{
    /// <summary>As <c>--set</c> takes it.</summary>
    /// <returns>KEY=VALUE.</returns>
    public override string ToString() => $"{Key}={Value}";
}

/// <summary>Keys of the run with their values, in the order of the file.</summary>
/// <param name="All">The keys.</param>
public sealed record KeySettings(IReadOnlyList<KeySetting> All)
{
    /// <summary>No key.</summary>
    public static KeySettings None { get; } = new([]);
}

/// <summary>An axis of a grid.</summary>
/// <param name="Key">The key, dotted.</param>
/// <param name="Values">Its values, in YAML on one line each.</param>
public sealed record GridAxis(string Key, IReadOnlyList<string> Values);

/// <summary>The axes of a study.</summary>
/// <param name="Axes">The axes, in the order of the file.</param>
public sealed record Grid(IReadOnlyList<GridAxis> Axes)
{
    /// <summary>No axis: one group.</summary>
    public static Grid Empty { get; } = new([]);

    /// <summary>Every combination of values, the last axis turning fastest.</summary>
    /// <returns>The combinations; one empty one if there is no axis.</returns>
    public IEnumerable<IReadOnlyList<KeySetting>> Combinations() => Axes.Aggregate(
        (IEnumerable<IReadOnlyList<KeySetting>>)[[]],
        (before, axis) => before.SelectMany(some => axis.Values.Select(value => (IReadOnlyList<KeySetting>)[.. some, new KeySetting(axis.Key, value)])));
}

/// <summary>Settings that go together under a name.</summary>
/// <param name="Name">The name; empty where a study has no variants.</param>
/// <param name="Settings">The settings.</param>
/// <param name="LearningRates">Rates of its own; null for those of the study.</param>
public sealed record Variant(string Name, KeySettings Settings, NumberList? LearningRates);

/// <summary>The variants of a study.</summary>
/// <param name="All">The variants, in the order of the file.</param>
public sealed record Variants(IReadOnlyList<Variant> All)
{
    /// <summary>One variant without a name that sets nothing.</summary>
    public static Variants None { get; } = new([new Variant("", KeySettings.None, null)]);
}

/// <summary>Numbers in the order of the file.</summary>
/// <param name="Values">The numbers.</param>
public sealed record NumberList(IReadOnlyList<double> Values)
{
    /// <summary>No number.</summary>
    public static NumberList Empty { get; } = new([]);
}
