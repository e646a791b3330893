namespace DistSgd.Learning.Data.Sources;

/// <summary>Where fetched data is kept between runs.</summary>
public static class CacheDirectory
{
    /// <summary>Name of the environment variable that sets the directory outright.</summary>
    public const string Variable = "DISTSGD_CACHE";

    private const string Folder = "distsgd";

    /// <summary>The directory of this user: the variable, else <c>$XDG_CACHE_HOME/distsgd</c>, else <c>~/.cache/distsgd</c>.</summary>
    /// <remarks>On Windows without either variable, the folder <c>distsgd</c> of the local application data.</remarks>
    /// <returns>An absolute path; the directory need not exist yet.</returns>
    /// <exception cref="InputException">No variable is set and the user has no home directory.</exception>
    public static string Locate() => Locate(Environment.GetEnvironmentVariable, HomeCache());

    /// <summary>As <see cref="Locate()"/>, with the surroundings given.</summary>
    /// <param name="variable">Value of an environment variable, or null.</param>
    /// <param name="homeCache">Directory for caches of a user without variables; empty if there is none.</param>
    /// <returns>An absolute path.</returns>
    /// <exception cref="InputException">No variable is set and <paramref name="homeCache"/> is empty.</exception>
    public static string Locate(Func<string, string?> variable, string homeCache)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable(Variable) is { Length: > 0 } chosen)
        {
            return Path.GetFullPath(chosen);
        }

        // The XDG specification wants relative paths ignored.
        string shared = variable("XDG_CACHE_HOME") is { } xdg && Path.IsPathFullyQualified(xdg) ? xdg : homeCache;
        return shared.Length > 0
            ? Path.Combine(shared, Folder)
            : throw new InputException($"There is no home directory to keep data in; set {Variable} to a directory.");
    }

    private static string HomeCache()
    {
        if (OperatingSystem.IsWindows())
        {
            return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        }

        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return home.Length > 0 ? Path.Combine(home, ".cache") : "";
    }
}
