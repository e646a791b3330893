using System.Globalization;

namespace DistSgd.Studies;

/// <summary>Settings of a study as they are typed, so that every report names the command that makes it anew.</summary>
public static class StudyCommandLine
{
    private const ulong DefaultSeed = 42;

    private static readonly (StudyOptions Option, string Name, Func<StudySettings, IEnumerable<string>> Values)[] Options =
    [
        (StudyOptions.Starts, "--start", settings => settings.Starts.Select(start => string.Join(',', start.Select(Number)))),
        (StudyOptions.Optimizers, "--optimizer", settings => settings.Optimizers),
        (StudyOptions.LearningRate, "--learning-rate", settings => One(settings.LearningRate)),
        (StudyOptions.Momentum, "--momentum", settings => One(settings.Momentum)),
        (StudyOptions.Noise, "--noise", settings => One(settings.Noise)),
        (StudyOptions.Steps, "--steps", settings => One(settings.Steps)),
        (StudyOptions.ConditionNumber, "--condition-number", settings => One(settings.ConditionNumber)),
    ];

    /// <summary>The command of a study.</summary>
    /// <param name="name">Name of the study on the command line.</param>
    /// <param name="settings">Its settings.</param>
    /// <returns>For instance <c>distsgd landscape quartic --start 0.5,-0.5</c>.</returns>
    public static string Of(string name, StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IEnumerable<string> given = Options.SelectMany(option => option.Values(settings).Select(value => $" {option.Name} {value}"));
        string seed = settings.Seed == DefaultSeed ? "" : $" --seed {settings.Seed.ToString(CultureInfo.InvariantCulture)}";
        return $"distsgd landscape {name}{string.Concat(given)}{seed}";
    }

    /// <summary>The settings that were given.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>Those that are not left to the study.</returns>
    public static StudyOptions Given(StudySettings settings) => Options
        .Where(option => option.Values(settings).Any())
        .Aggregate(StudyOptions.None, (all, option) => all | option.Option);

    /// <summary>What settings are called on the command line.</summary>
    /// <param name="options">The settings.</param>
    /// <returns>Their names with commas between them; empty for none.</returns>
    public static string Names(StudyOptions options) =>
        string.Join(", ", Options.Where(option => options.HasFlag(option.Option)).Select(option => option.Name));

    private static IEnumerable<string> One(double? value) => value is { } number ? [Number(number)] : [];

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
