namespace DistSgd.Mutants;

/// <summary>Where the sources are.</summary>
public static class SourceTree
{
    /// <summary>Directory of the solution that this program was built in.</summary>
    /// <exception cref="DirectoryNotFoundException">It is not inside the repository.</exception>
    public static string Root
    {
        get
        {
            string directory = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(directory, "DistSgd.sln")))
            {
                directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("DistSgd.sln is not above the program.");
            }

            return directory;
        }
    }
}
