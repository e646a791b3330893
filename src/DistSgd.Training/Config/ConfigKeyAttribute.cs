namespace DistSgd.Training.Config;

/// <summary>
/// Declares a property as a key of the config: its name, its description and what it allows. The initializer is its default.
/// </summary>
/// <param name="name">Name of the key in its section, snake_case.</param>
/// <param name="description">One line for people: what it is, which values are special or usual.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute(string name, string description) : Attribute
{
    /// <summary>Name of the key in its section, snake_case.</summary>
    public string Name { get; } = name;

    /// <summary>One line for people: what it is, which values are special or usual.</summary>
    public string Description { get; } = description;

    /// <summary>Smallest number allowed, or limit from below with <see cref="ExclusiveMin"/>; of a list, for each item.</summary>
    public double Min { get; set; } = double.NegativeInfinity;

    /// <summary>Largest number allowed, or limit from above with <see cref="ExclusiveMax"/>; of a list, for each item.</summary>
    public double Max { get; set; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="Min"/> itself is not allowed; for real numbers.</summary>
    public bool ExclusiveMin { get; set; }

    /// <summary>Whether <see cref="Max"/> itself is not allowed; for real numbers.</summary>
    public bool ExclusiveMax { get; set; }

    /// <summary>Largest number of items of a list.</summary>
    public int MaxItems { get; set; } = int.MaxValue;

    /// <summary>Regular expression that a text must match.</summary>
    public string? Pattern { get; set; }

    /// <summary><see cref="Pattern"/> in words, for messages.</summary>
    public string? PatternHint { get; set; }

    /// <summary>Whether a text is the path of a file, relative to where it is written: the config's directory, or with --set the current one.</summary>
    public bool IsPath { get; set; }

    /// <summary>How the file spells null where the word <c>null</c> would say little, such as <c>all</c>.</summary>
    public string? NullWord { get; set; }

    /// <summary>Name of the key in the same section of which exactly one, this or that, is set. Declared on both.</summary>
    public string? InsteadOf { get; set; }

    /// <summary>Whether the key, or the section, changes numbers of the run, so that it cannot change at resume.</summary>
    public bool Numeric { get; set; } = true;

    /// <summary>Class that reads and writes the value where its type alone does not tell how; it has a constructor without parameters.</summary>
    public Type? Kind { get; set; }
}
