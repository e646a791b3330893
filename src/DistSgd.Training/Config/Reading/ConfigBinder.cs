using DistSgd.Training.Config.Declarations;

namespace DistSgd.Training.Config.Reading;

/// <summary>Turns nodes into section records by their declarations, noting every problem and where each key stands.</summary>
internal sealed class ConfigBinder(ProblemList problems)
{
    private readonly Dictionary<string, Origin> _origins = [];
    private ConfigSection _root = ConfigSection.Root;

    /// <summary>Binds the root of a document.</summary>
    /// <returns>The config; keys with problems have their defaults.</returns>
    public RunConfig Bind(MappingNode root) => Bind<RunConfig>(root);

    /// <summary>Binds the root of a document of another kind.</summary>
    /// <typeparam name="TSection">The section record of the root.</typeparam>
    /// <param name="root">The root.</param>
    /// <returns>The section; keys with problems have their defaults.</returns>
    public TSection Bind<TSection>(MappingNode root)
    {
        _origins[""] = root.Origin;
        _root = ConfigSection.Of(typeof(TSection));
        return (TSection)BindSection(_root, root, path: "");
    }

    /// <summary>Where a key stands, or else the section that lacks it.</summary>
    public Origin OriginOf(string path)
    {
        Origin origin;
        while (!_origins.TryGetValue(path, out origin))
        {
            path = path[..Math.Max(0, path.LastIndexOf('.'))];
        }

        return origin;
    }

    private object BindSection(ConfigSection section, MappingNode node, string path)
    {
        object bound = section.Create();
        var given = new Dictionary<string, MappingEntry>();
        foreach (MappingEntry entry in node.Entries)
        {
            string keyPath = ConfigSection.Join(path, ConfigNode.Shorten(entry.Key));
            if (section.Find(entry.Key) is not { } key)
            {
                problems.Add(entry.Origin, keyPath, $"unknown key{Suggest(section, entry.Key)} Known keys here: {section.KeyList}");
            }
            else if (!given.TryAdd(entry.Key, entry))
            {
                problems.Add(entry.Origin, keyPath, $"given twice, first at {given[entry.Key].Origin}");
            }
            else
            {
                _origins[keyPath] = entry.Origin;
                BindKey(key, entry.Value, bound, keyPath);
            }
        }

        foreach (ConfigKey key in section.Keys.Where(key => key.InsteadOf is not null))
        {
            CheckAlternative(section, key, given, bound, path);
        }

        return bound;
    }

    private void BindKey(ConfigKey key, ConfigNode node, object section, string path)
    {
        if (key.IsNullable && key.IsNull(node))
        {
            key.Set(section, null);
        }
        else if (key.Section is { } inner)
        {
            if (node is MappingNode mapping)
            {
                key.Set(section, BindSection(inner, mapping, path));
            }
            else
            {
                problems.Add(node.Origin, path, $"found {node.Found}; expected a mapping of {inner.KeyList}{key.OrNull}");
            }
        }
        else if (key.Value.Read(node) is { } value)
        {
            key.Set(section, value);
        }
        else
        {
            problems.Add(node.Origin, path, $"found {node.Found}; expected {key.Value.Expected}{key.OrNull}{key.Value.Hint(node)}");
        }
    }

    /// <summary>Of a key and its alternative exactly one is set; the one that is given silences the default of the other.</summary>
    private void CheckAlternative(ConfigSection section, ConfigKey key, Dictionary<string, MappingEntry> given, object bound, string path)
    {
        ConfigKey other = section.Find(key.InsteadOf!)!;
        MappingEntry? written = Written(key);
        MappingEntry? otherWritten = Written(other);
        if (written is not null && otherWritten is null)
        {
            other.Set(bound, null);
        }

        // Either key names the other: a problem of the pair is noted once.
        if (string.CompareOrdinal(key.Name, other.Name) > 0)
        {
            return;
        }

        if (written is not null && otherWritten is not null)
        {
            bool isLast = otherWritten.Origin.Precedes(written.Origin);
            (MappingEntry first, MappingEntry last) = isLast ? (otherWritten, written) : (written, otherWritten);
            string complaint = $"cannot stand beside '{first.Key}' ({first.Origin}); give one of the two";
            problems.Add(last.Origin, ConfigSection.Join(path, last.Key), complaint);
        }
        else if (key.Get(bound) is null && other.Get(bound) is null && !problems.AnyInside(path))
        {
            // A misspelt key inside may well be the one that is missing; then its own problem says enough.
            problems.Add(OriginOf(path), path, $"give one of '{key.Name}' and '{other.Name}'");
        }

        MappingEntry? Written(ConfigKey which) =>
            given.GetValueOrDefault(which.Name) is { } entry && !which.IsNull(entry.Value) ? entry : null;
    }

    /// <summary>The key that was probably meant: one of this section, else one of that very name elsewhere.</summary>
    private string Suggest(ConfigSection section, string written)
    {
        string? meant = Spelling.Nearest(written, section.Keys.Select(key => key.Name))
            ?? _root.AllKeys().Where(pair => pair.Key.Name == written).Select(pair => pair.Path).FirstOrDefault();
        return meant is null ? "." : $"; did you mean '{meant}'?";
    }
}
