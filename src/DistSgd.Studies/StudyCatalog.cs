using DistSgd.Learning;
using DistSgd.Studies.Landscapes;
using DistSgd.Studies.Networks;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Studies;

/// <summary>All studies that run by their names.</summary>
public static class StudyCatalog
{
    /// <summary>The studies, in the order of reading.</summary>
    public static IReadOnlyList<INamedStudy> All { get; } = [.. LandscapeStudies.All, .. NetworkStudies.All];

    /// <summary>The study of a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The study.</returns>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static INamedStudy Find(string name)
    {
        string[] names = [.. All.Select(study => study.Name)];
        string suggestion = Spelling.Suggestion(name, names) is { Length: > 0 } found ? found : ".";
        return All.FirstOrDefault(study => study.Name == name)
            ?? throw new InputException($"no study is named '{name}'{suggestion} The studies are: {string.Join(", ", names)}.");
    }

    /// <summary>Makes sure that a study can take every setting that was given.</summary>
    /// <param name="study">The study.</param>
    /// <param name="settings">The settings.</param>
    /// <exception cref="InputException">It cannot take one of them.</exception>
    public static void RequireAccepted(INamedStudy study, StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(study);
        StudyOptions strange = StudyCommandLine.Given(settings) & ~study.Accepts;
        if (strange != StudyOptions.None)
        {
            string taken = StudyCommandLine.Names(study.Accepts) is { Length: > 0 } names ? $"{names} and --seed" : "--seed alone";
            throw new InputException($"{study.Name} does not take {StudyCommandLine.Names(strange)}; it takes {taken}.");
        }
    }
}
