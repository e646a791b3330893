using System.Security.Cryptography;
using System.Text;
using DistSgd.Training.Config.Declarations;

namespace DistSgd.Training.Config;

/// <summary>Tells whether two configs compute the same numbers.</summary>
public static class ConfigDigest
{
    /// <summary>Fingerprint of the numeric keys: equal for configs that differ in other keys only.</summary>
    /// <param name="config">The config.</param>
    /// <returns>SHA-256 in hexadecimal, lower case, over lines <c>key=value</c> in the order of the declarations.</returns>
    public static string Compute(RunConfig config)
    {
        IEnumerable<string> lines = Numeric(config).Select(pair => $"{pair.Path}={pair.Value}\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>Names the numeric keys in which two configs differ.</summary>
    /// <param name="first">A config.</param>
    /// <param name="second">Another one.</param>
    /// <returns>Dotted keys; a section that only one of the two has is named as a whole.</returns>
    public static IReadOnlyList<string> Differences(RunConfig first, RunConfig second)
    {
        Dictionary<string, string> left = Numeric(first).ToDictionary();
        Dictionary<string, string> right = Numeric(second).ToDictionary();
        return [.. ConfigSection.Root.AllKeys().Select(pair => pair.Path).Where(Differs)];

        // Keys inside a section that one side lacks are left to the section's own line.
        bool Differs(string path) => left.TryGetValue(path, out string? a) & right.TryGetValue(path, out string? b) && a != b;
    }

    /// <summary>The numeric keys with their values; a section has a line of its own, which tells whether it is there.</summary>
    private static IEnumerable<(string Path, string Value)> Numeric(RunConfig config)
    {
        // A rollback returns to the last checkpoint, so where checkpoints are written then decides about numbers.
        bool rollsBack = config.Monitor.OnNonFinite == NonFinitePolicy.Rollback || config.Monitor.Actions.ByRule.Values.Contains(AlertAction.Rollback);
        return Values(ConfigSection.Root, config, "", (path, key) => key.IsNumeric || (rollsBack && path == "training.checkpoint_every"));
    }

    private static IEnumerable<(string Path, string Value)> Values(
        ConfigSection section, object values, string path, Func<string, ConfigKey, bool> counts)
    {
        foreach (ConfigKey key in section.Keys)
        {
            string keyPath = ConfigSection.Join(path, key.Name);
            if (!counts(keyPath, key))
            {
                continue;
            }

            object? value = key.Get(values);
            if (key.Section is null || value is null)
            {
                yield return (keyPath, key.Format(value));
                continue;
            }

            yield return (keyPath, "section");
            foreach ((string, string) inner in Values(key.Section, value, keyPath, counts))
            {
                yield return inner;
            }
        }
    }
}
