using DistSgd.Learning;
using DistSgd.Training.Config.Declarations;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Training.Config;

/// <summary>Reads a config: YAML and overrides in, a valid <see cref="RunConfig"/> or one complete error out.</summary>
public static class ConfigReader
{
    /// <summary>A key at the root that no run has, and every study.</summary>
    internal const string StudyMark = "run";

    /// <summary>Reads a config file.</summary>
    /// <param name="path">The file, UTF-8, at most 1 MB.</param>
    /// <param name="overrides">Texts KEY=VALUE with a dotted key and a value in YAML; later ones win.</param>
    /// <returns>The config and its warnings.</returns>
    /// <exception cref="InputException">The file cannot be read or the config is not valid; names every problem with its line.</exception>
    public static LoadedConfig Load(string path, IEnumerable<string>? overrides = null) =>
        Parse(ConfigFile.ReadText(path), path, overrides);

    /// <summary>Reads the text of a config.</summary>
    /// <param name="yaml">One YAML document.</param>
    /// <param name="sourceName">Name of the text in messages.</param>
    /// <param name="overrides">Texts KEY=VALUE with a dotted key and a value in YAML; later ones win.</param>
    /// <returns>The config and its warnings.</returns>
    /// <exception cref="InputException">The config is not valid; names every problem with its line.</exception>
    public static LoadedConfig Parse(string yaml, string sourceName, IEnumerable<string>? overrides = null)
    {
        MappingNode root = ReadRoot(yaml, sourceName);
        if (root.Entries.FirstOrDefault(entry => entry.Key == StudyMark) is { } mark)
        {
            throw new InputException(mark.Origin.Describe(StudyMark, $"found in what is to be the config of a run; that of a study is carried out with: distsgd study batch-size {sourceName}"));
        }

        foreach (string text in overrides ?? [])
        {
            ConfigOverride.Parse(text).ApplyTo(root);
        }

        var problems = new ProblemList();
        var binder = new ConfigBinder(problems);
        RunConfig config = binder.Bind(root);

        // A rule over a key that was refused would judge the key's default.
        foreach (ConfigRule rule in ConfigRules.Errors)
        {
            if (!problems.Touches(rule.Key) && !problems.Touches(rule.Partner) && rule.Complaint(config) is { } complaint)
            {
                problems.Add(binder.OriginOf(rule.Key), rule.Key, complaint);
            }
        }

        problems.ThrowIfAny();
        IEnumerable<string> warnings =
            from rule in ConfigRules.Warnings
            let complaint = rule.Complaint(config)
            where complaint is not null
            select binder.OriginOf(rule.Key).Describe(rule.Key, complaint);
        return new LoadedConfig(config, [.. warnings]) { OriginOf = binder.OriginOf };
    }

    /// <summary>Reads the root of a document, which must be a mapping.</summary>
    internal static MappingNode ReadRoot(string yaml, string sourceName, ConfigSection? section = null)
    {
        ConfigNode? root = YamlTree.Read(yaml, line => new Origin(sourceName, line));
        string expected = $"expected a mapping of {(section ?? ConfigSection.Root).KeyList}";
        return root switch
        {
            MappingNode mapping => mapping,
            null or { IsNull: true } => throw new InputException($"{sourceName}: is empty; {expected}"),
            _ => throw new InputException(root.Origin.Describe("", $"found {root.Found}; {expected}")),
        };
    }
}
