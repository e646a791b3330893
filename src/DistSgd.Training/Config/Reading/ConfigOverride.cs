using DistSgd.Learning;
using DistSgd.Training.Config.Declarations;

namespace DistSgd.Training.Config.Reading;

/// <summary>One <c>--set KEY=VALUE</c>: a dotted key and a value in YAML that takes the place of what the file says.</summary>
internal sealed class ConfigOverride
{
    private readonly string[] _keys;
    private readonly Origin _origin;
    private readonly ConfigNode _value;

    private ConfigOverride(string key, string value)
    {
        _keys = key.Split('.');
        _origin = Origin.OfOverride(key);
        _value = YamlTree.Read(value, _ => _origin) ?? new ScalarNode(_origin, "", isPlain: true);
    }

    /// <summary>Reads an override.</summary>
    /// <param name="text">KEY=VALUE.</param>
    /// <exception cref="InputException">Not of that form, or the value is not YAML.</exception>
    public static ConfigOverride Parse(string text)
    {
        int equals = text.IndexOf('=');
        string key = equals < 0 ? "" : text[..equals].Trim();
        return key.Length > 0
            ? new ConfigOverride(key, text[(equals + 1)..])
            : throw new InputException($"--set {text}: expected KEY=VALUE, such as --set optimizer.learning_rate=0.05");
    }

    /// <summary>Writes the value into a document; the file's choice of an alternative (epochs for steps) gives way to it.</summary>
    public void ApplyTo(MappingNode root)
    {
        MappingNode target = root;
        ConfigSection? section = ConfigSection.Root;
        foreach (string key in _keys[..^1])
        {
            target = Descend(target, key);
            section = section?.Find(key)?.Section;
        }

        ConfigKey? last = section?.Find(_keys[^1]);
        if (last?.InsteadOf is { } other && !last.IsNull(_value))
        {
            target.RemoveFromFile(other);
        }

        target.Set(new MappingEntry(_keys[^1], _origin, _value));
    }

    private MappingNode Descend(MappingNode parent, string key)
    {
        if (parent.Entries.FirstOrDefault(entry => entry.Key == key)?.Value is MappingNode existing)
        {
            return existing;
        }

        var created = new MappingNode(_origin, []);
        parent.Set(new MappingEntry(key, _origin, created));
        return created;
    }
}
