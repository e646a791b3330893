namespace DistSgd.Training.Config.Reading;

/// <summary>A rule that joins keys, or that a usual range sets: an error if no run could follow, else a warning.</summary>
/// <param name="Key">The key at which the rule is reported.</param>
/// <param name="Partner">Another key that takes part; equal to <paramref name="Key"/> if none does.</param>
/// <param name="Complaint">What is wrong with a config, or null if nothing is.</param>
internal sealed record ConfigRule(string Key, string Partner, Func<RunConfig, string?> Complaint)
{
    /// <summary>A rule about one key.</summary>
    public ConfigRule(string key, Func<RunConfig, string?> complaint)
        : this(key, key, complaint)
    {
    }
}
