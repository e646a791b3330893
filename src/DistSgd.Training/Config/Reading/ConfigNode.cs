namespace DistSgd.Training.Config.Reading;

/// <summary>A node of a YAML document that remembers where it was written.</summary>
internal abstract class ConfigNode(Origin origin)
{
    private const int LongestShown = 60;

    /// <summary>Where the node begins.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>Whether the node stands for null: nothing, <c>~</c> or <c>null</c>.</summary>
    public virtual bool IsNull => false;

    /// <summary>The node as messages show it.</summary>
    public abstract string Found { get; }

    /// <summary>Shortens a text of the user to what a message can show, on one line.</summary>
    public static string Shorten(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? '\ufffd' : c));
        return line.Length <= LongestShown ? line : string.Concat(line.AsSpan(0, LongestShown), "...");
    }
}

/// <summary>A single value; its type is decided by the key it is for.</summary>
internal sealed class ScalarNode(Origin origin, string text, bool isPlain) : ConfigNode(origin)
{
    /// <summary>The value without quotes.</summary>
    public string Text { get; } = text;

    /// <summary>Whether it was written without quotes: only then it can be a number, a truth value or null.</summary>
    public bool IsPlain { get; } = isPlain;

    /// <inheritdoc/>
    public override bool IsNull => IsPlain && IsNullText(Text);

    /// <inheritdoc/>
    public override string Found => IsNull ? "null" : IsPlain ? $"'{Shorten(Text)}'" : $"the quoted text '{Shorten(Text)}'";

    /// <summary>Whether a text without quotes stands for null.</summary>
    public static bool IsNullText(string text) => text is "" or "~" or "null" or "Null" or "NULL";
}

/// <summary>A list.</summary>
internal sealed class SequenceNode(Origin origin, IReadOnlyList<ConfigNode> items) : ConfigNode(origin)
{
    private const int LongestList = 8;

    /// <summary>The items in order.</summary>
    public IReadOnlyList<ConfigNode> Items { get; } = items;

    /// <inheritdoc/>
    public override string Found
    {
        get
        {
            if (Items.Count > LongestList)
            {
                return $"a list of {Items.Count} items";
            }

            IEnumerable<string> shown = Items.Select(item => item is ScalarNode { IsPlain: true } scalar ? scalar.Text : item.Found);
            return $"the list {Shorten($"[{string.Join(", ", shown)}]")}";
        }
    }
}

/// <summary>Keys with their values, in the order of the file; a key may stand there twice.</summary>
internal sealed class MappingNode(Origin origin, IEnumerable<MappingEntry> entries) : ConfigNode(origin)
{
    private readonly List<MappingEntry> _entries = [.. entries];

    /// <summary>The keys in the order of the file.</summary>
    public IReadOnlyList<MappingEntry> Entries => _entries;

    /// <inheritdoc/>
    public override string Found => "a mapping";

    /// <summary>Sets a key in place of what the file said.</summary>
    public void Set(MappingEntry entry)
    {
        int index = _entries.FindIndex(e => e.Key == entry.Key);
        if (index < 0)
        {
            _entries.Add(entry);
        }
        else
        {
            _entries[index] = entry;
        }
    }

    /// <summary>Takes out a key that the file set; what the command line set stays.</summary>
    public void RemoveFromFile(string key) => _entries.RemoveAll(e => e.Key == key && !e.Origin.IsOverride);
}

/// <summary>A key with its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Origin">Where the key stands.</param>
/// <param name="Value">The value.</param>
internal sealed record MappingEntry(string Key, Origin Origin, ConfigNode Value);
