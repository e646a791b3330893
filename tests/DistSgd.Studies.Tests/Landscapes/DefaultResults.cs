using DistSgd.Studies.Landscapes;

namespace DistSgd.Studies.Tests.Landscapes;

/// <summary>What every study finds with its own settings, computed once for all tests.</summary>
internal static class DefaultResults
{
    private static readonly Dictionary<string, Lazy<StudyResult>> ByName = LandscapeStudies.All.ToDictionary(
        study => study.Name, study => new Lazy<StudyResult>(() => study.Run(new StudySettings())));

    public static StudyResult Of(string name) => ByName[name].Value;

    public static IEnumerable<SeedClaim> Claims() => LandscapeStudies.All.SelectMany(study => Of(study.Name).Claims);
}
