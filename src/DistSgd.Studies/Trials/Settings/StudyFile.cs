using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DistSgd.Learning;
using DistSgd.Training.Config;
using DistSgd.Training.Config.Declarations;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Studies.Trials.Settings;

/// <summary>A study's config that was read together with the run's, and found to be one that can be carried out.</summary>
public sealed class StudyFile
{
    /// <summary>Trials that a study may have.</summary>
    public const int MostTrials = 100_000;

    private StudyFile(string path, StudyConfig config, IReadOnlyList<string> overrides)
    {
        Path = path;
        Config = config;
        Overrides = overrides;
    }

    /// <summary>The file, as the user named it.</summary>
    public string Path { get; }

    /// <summary>The study.</summary>
    public StudyConfig Config { get; }

    /// <summary>KEY=VALUE of the command line, for the run of every trial.</summary>
    public IReadOnlyList<string> Overrides { get; }

    /// <summary>The groups, in the order of the file.</summary>
    public IReadOnlyList<TrialGroup> Groups { get; private init; } = [];

    /// <summary>Number of trials if every search goes on as far as it may.</summary>
    public long TrialsAtMost => MostOf(Config, Groups);

    /// <summary>Digest of everything that decides which trials there are and what each of them computes.</summary>
    public string Digest { get; private init; } = "";

    /// <summary>Reads a study.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">KEY=VALUE of the command line, for the run of every trial; they win over <c>set</c>.</param>
    /// <returns>The study.</returns>
    /// <exception cref="InputException">It cannot be carried out; names each problem with its line.</exception>
    public static StudyFile Load(string path, IReadOnlyList<string>? overrides = null)
    {
        MappingNode root = ConfigReader.ReadRoot(ConfigFile.ReadText(path), path, ConfigSection.Of(typeof(StudyConfig)));
        var problems = new ProblemList();
        var binder = new ConfigBinder(problems);
        StudyConfig config = binder.Bind<StudyConfig>(root);
        if (config.Run is null && !problems.Touches("run"))
        {
            problems.Add(binder.OriginOf("run"), "run", "missing; a study needs the config of the run that its trials change");
        }

        foreach ((string section, string key) in KeysOf(config).Where(pair => IsOfTrials(pair.Key)))
        {
            problems.Add(binder.OriginOf(section), section, $"found {key}, which the study itself sets; use {Instead(key)}");
        }

        foreach ((string section, string key) in KeysOf(config).Where(pair => pair.Key == "optimizer.learning_rate" && config.LearningRates.Values.Count > 0))
        {
            problems.Add(binder.OriginOf(section), section, $"found {key} beside learning_rates, which would take its place; give one of the two");
        }

        problems.ThrowIfAny();
        var file = new StudyFile(path, config, overrides ?? []);
        TrialGroup[] groups = [.. GroupsOf(file, binder.OriginOf)];
        long most = MostOf(config, groups);
        return most <= MostTrials
            ? new StudyFile(path, config, overrides ?? []) { Groups = groups, Digest = DigestOf(config, groups) }
            : throw new InputException($"{path}: {most} trials at most; expected up to {MostTrials}. Take fewer values, rates or seeds.");
    }

    /// <summary>Whether a file is the config of a study rather than that of a run: it has the key that names one.</summary>
    /// <param name="path">The file.</param>
    /// <returns>False too of what cannot be read.</returns>
    public static bool IsStudy(string path)
    {
        try
        {
            return ConfigReader.ReadRoot(ConfigFile.ReadText(path), path).Entries.Any(entry => entry.Key == ConfigReader.StudyMark);
        }
        catch (InputException)
        {
            return false;
        }
    }

    // One rate is no search; a search may go beyond its list at either end.
    private static long MostOf(StudyConfig config, IReadOnlyList<TrialGroup> groups) => groups.Sum(group =>
        config.Seeds + (group.Rates.Count > 1 ? (long)config.SearchSeeds * (group.Rates.Count + (2L * config.SearchBeyond)) : 0));

    private static IEnumerable<TrialGroup> GroupsOf(StudyFile file, Func<string, Origin> place)
    {
        foreach (Variant variant in file.Config.Variants.All)
        {
            foreach (IReadOnlyList<KeySetting> point in file.Config.Grid.Combinations())
            {
                (string Text, string From)[] settings =
                [
                    .. From("set", file.Config.Set.All), .. From("variants", variant.Settings.All), .. From("grid", point),
                    .. file.Overrides.Select(text => (text, "command line")),
                ];
                yield return new TrialGroup(variant.Name, point, Run(file, settings, place("run")), (variant.LearningRates ?? file.Config.LearningRates).Values);
            }
        }

        IEnumerable<(string, string)> From(string section, IEnumerable<KeySetting> keys) =>
            keys.Select(setting => (setting.ToString(), $"{section}, line {place(section).Line}"));
    }

    private static RunConfig Run(StudyFile file, (string Text, string From)[] settings, Origin place)
    {
        try
        {
            return ConfigReader.Load(file.Config.Run!, settings.Select(setting => setting.Text)).Config;
        }
        catch (InputException e)
        {
            // What the run complains of may stand in this file; its keys are called --set KEY there.
            string changes = string.Join(", ", settings.Select(setting => $"{setting.Text} ({setting.From})").DefaultIfEmpty("no change"));
            throw new InputException($"{place}: run with {changes}:\n{e.Message}", e);
        }
    }

    private static IEnumerable<(string Section, string Key)> KeysOf(StudyConfig config) =>
        config.Set.All.Select(setting => ("set", setting.Key))
            .Concat(config.Grid.Axes.Select(axis => ("grid", axis.Key)))
            .Concat(config.Variants.All.SelectMany(variant => variant.Settings.All.Select(setting => ("variants", setting.Key))));

    private static bool IsOfTrials(string key) =>
        key is "seed" or "training" or "training.epochs" or "training.steps" or "training.evaluate_every";

    private static string Instead(string key) => key switch
    {
        "seed" => "seeds",
        "training.evaluate_every" => "target.every",
        "training" => "single keys of it, such as training.batch_size",
        _ => "budget",
    };

    private static string DigestOf(StudyConfig config, TrialGroup[] groups)
    {
        string text = JsonSerializer.Serialize(new
        {
            config.LearningRates,
            config.SearchSeeds,
            config.SearchBeyond,
            config.Seeds,
            config.Target,
            config.Budget,
            config.SharpnessExamples,
            config.IsSimulated,
            config.SlowestWorker,
            groups = groups.Select(group => new { group.Variant, group.Point, rates = group.Rates, run = ConfigDigest.Compute(group.Run), group.Run.Cluster.Workers }),
        });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>A choice of a variant and of a value on each axis.</summary>
/// <param name="Variant">Name of the variant; empty if the study has none.</param>
/// <param name="Point">The values on the axes.</param>
/// <param name="Run">The run that follows, with the learning rate and the seed of the run's own config.</param>
/// <param name="Rates">Learning rates to try; empty for the run's own.</param>
public sealed record TrialGroup(string Variant, IReadOnlyList<KeySetting> Point, RunConfig Run, IReadOnlyList<double> Rates)
{
    /// <summary>The group in one line: <c>adam, training.batch_size=32</c>.</summary>
    public string Label => string.Join(", ", Point.Select(setting => setting.ToString()).Prepend(Variant).Where(part => part.Length > 0));
}
