using DistSgd.Learning;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Training.Config;

/// <summary>A config that was read and found valid.</summary>
/// <param name="Config">The config with every default filled in.</param>
/// <param name="Warnings">Values that are allowed but probably not meant, a line each, with their place.</param>
public sealed record LoadedConfig(RunConfig Config, IReadOnlyList<string> Warnings)
{
    /// <summary>Where each key stands.</summary>
    internal Func<string, Origin> OriginOf { get; init; } = Origin.OfOverride;

    /// <summary>One line about a key: its place in the file or on the command line, its name, the text.</summary>
    /// <param name="key">The key, dotted.</param>
    /// <param name="text">What is to be said.</param>
    /// <returns>Text such as <c>a.yaml:3: data.shards: ...</c>.</returns>
    public string Describe(string key, string text) => OriginOf(key).Describe(key, text);

    /// <summary>Does something with the config; a key that turns out to be wrong only then is reported with its place.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="use">What to do.</param>
    /// <returns>What comes of it.</returns>
    /// <exception cref="InputException">Config and data do not fit together.</exception>
    public T Use<T>(Func<RunConfig, T> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        try
        {
            return use(Config);
        }
        catch (InputException e) when (e is { Key: { } key, Problem: { } problem })
        {
            throw new InputException(Describe(key, problem), e);
        }
    }
}
