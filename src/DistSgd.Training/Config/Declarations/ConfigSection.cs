using System.Collections.Concurrent;
using System.Reflection;

namespace DistSgd.Training.Config.Declarations;

/// <summary>The keys of one section record, in the order of their declarations.</summary>
internal sealed class ConfigSection
{
    private static readonly ConcurrentDictionary<Type, ConfigSection> Sections = new();

    private readonly Type _type;

    private ConfigSection(Type type)
    {
        _type = type;
        object defaults = Create();
        Keys = [.. type.GetProperties().OrderBy(p => p.MetadataToken).Select(p => ConfigKey.Of(p, defaults)).OfType<ConfigKey>()];
    }

    /// <summary>The whole config.</summary>
    public static ConfigSection Root => Of(typeof(RunConfig));

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<ConfigKey> Keys { get; }

    /// <summary>The keys in one line, for messages.</summary>
    public string KeyList => string.Join(", ", Keys.Select(key => key.Name));

    /// <summary>The keys of a section record.</summary>
    public static ConfigSection Of(Type type) => Sections.GetOrAdd(type, t => new ConfigSection(t));

    /// <summary>Whether a type is a section record: some property of it declares a key.</summary>
    public static bool IsSection(Type type) => type.GetProperties().Any(p => p.IsDefined(typeof(ConfigKeyAttribute)));

    /// <summary>A section in which every key has its default.</summary>
    public object Create() => Activator.CreateInstance(_type)!;

    /// <summary>The key of a name, or null.</summary>
    public ConfigKey? Find(string name) => Keys.FirstOrDefault(key => key.Name == name);

    /// <summary>Every key at or below this section with its dotted path inside it.</summary>
    public IEnumerable<(string Path, ConfigKey Key)> AllKeys(string path = "") => Keys.SelectMany(key =>
    {
        string keyPath = Join(path, key.Name);
        return key.Section is null ? [(keyPath, key)] : key.Section.AllKeys(keyPath).Prepend((keyPath, key));
    });

    /// <summary>The dotted path of a key.</summary>
    public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
