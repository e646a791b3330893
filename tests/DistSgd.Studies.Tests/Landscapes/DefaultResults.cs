namespace DistSgd.Studies.Tests.Landscapes;

/// <summary>What every study finds with its own settings, computed once for all tests.</summary>
internal static class DefaultResults
{
    private static readonly Dictionary<string, Lazy<StudyResult>> ByName = StudyCatalog.All.ToDictionary(
        study => study.Name, study => new Lazy<StudyResult>(() => study.Run(new StudySettings())));

    public static StudyResult Of(string name) => ByName[name].Value;

    public static IEnumerable<SeedClaim> Claims() => StudyCatalog.All.SelectMany(study => Of(study.Name).Claims);
}
