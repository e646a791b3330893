using System.CommandLine;
using System.Globalization;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Studies;
using DistSgd.Studies.Noise;
using DistSgd.Studies.Output;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary><c>study noise RUN|CONFIG</c>: the exact noise of the gradient along a run, beside what the run estimated.</summary>
internal static class NoiseCommand
{
    private const int MostThreads = 1_024;
    private static readonly NoiseOptions Defaults = new() { Threads = 1, Command = "", Stage = static (_, _) => { } };

    public static Command Create()
    {
        var subject = new Argument<string>("RUN|CONFIG")
        {
            Description = "A run directory, whose checkpoints are examined, or the config of a run, which is trained for the study with companions.",
        };
        Option<int?> points = NumberOptions.Whole("--points", "Points of a run that is trained, its start aside.", 1, 10_000, Defaults.Points);
        Option<int?> examples = NumberOptions.Whole("--examples", "Training examples that the exact values are taken over. Default: all.", 2, int.MaxValue);
        Option<int?> hessian = NumberOptions.Whole("--hessian-examples", "Training examples that products with the Hessian are taken over; 0: none.", 0, int.MaxValue, Defaults.HessianExamples);
        Option<int?> directions = NumberOptions.Whole("--directions", "Random vectors for tr(HΣ).", 2, 100_000, Defaults.Directions);
        Option<int?> smaller = NumberOptions.Whole("--smaller", "How many times smaller the companion's batch is; 1: no companions.", 1, 1_000_000, Defaults.SmallerBatch);
        var noise = new Option<double[]>("--noise")
        {
            Description = "Standard deviation of the noise that a companion adds to each element of the gradient. May be repeated. Default: as much noise as the smaller batch makes.",
            HelpName = "SIGMA",
            AllowMultipleArgumentsPerToken = false,
        };
        noise.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double[]>() is { } sigmas && Array.Exists(sigmas, sigma => !(sigma > 0) || !double.IsFinite(sigma)))
            {
                result.AddError("--noise: expected numbers above 0");
            }
        });
        Option<string[]> set = CommonOptions.Set();
        Option<ulong?> seed = NumberOptions.Seed(Defaults.Seed);
        Option<int?> threads = NumberOptions.Whole("--threads", "Measurements that run at the same time; no number depends on it. Default: one a core.", 1, MostThreads);
        Option<string?> output = CommonOptions.StudyOutput("studies/noise-NAME-UTCSTAMP");
        Option<bool> json = CommonOptions.Json("Print what study.json holds.");
        var command = new Command(
            "noise", "Measure the gradient noise along a run: exact and as estimated, by layer, against batch size, with curvature, and beside added noise.")
        {
            subject, points, examples, hessian, directions, smaller, noise, set, seed, threads, output, json,
        };
        command.SetAction(parsed =>
        {
            string what = parsed.GetRequiredValue(subject);
            NoiseOptions options = Defaults with
            {
                Points = parsed.GetValue(points) ?? Defaults.Points,
                Examples = parsed.GetValue(examples),
                HessianExamples = parsed.GetValue(hessian) ?? Defaults.HessianExamples,
                Directions = parsed.GetValue(directions) ?? Defaults.Directions,
                SmallerBatch = parsed.GetValue(smaller) ?? Defaults.SmallerBatch,
                Noise = parsed.GetValue(noise) is { Length: > 0 } sigmas ? sigmas : null,
                Seed = parsed.GetValue(seed) ?? Defaults.Seed,
                Threads = parsed.GetValue(threads) ?? Environment.ProcessorCount,
            };
            bool isConfig = File.Exists(what);
            string[] overrides = parsed.GetValue(set) ?? [];
            if (!isConfig && (overrides.Length > 0 || options.Noise is not null || parsed.GetValue(smaller) is not null || parsed.GetValue(points) is not null))
            {
                throw new InputException($"study noise: --set, --noise, --smaller and --points are for a run that is trained; {what} is no config file.");
            }

            options = options with { Command = CommandLine(what, overrides, options, isConfig) };
            return isConfig ? OfConfig(what, overrides, options, parsed.GetValue(output), parsed.GetValue(json)) : OfRun(what, options, parsed.GetValue(output), parsed.GetValue(json));
        });
        return command;
    }

    private static int OfConfig(string path, string[] overrides, NoiseOptions options, string? output, bool json)
    {
        LoadedConfig loaded = ConfigReader.Load(path, overrides);
        StudyFolder folder = Folder(output, loaded.Config.Name);
        Dataset dataset = loaded.Use(config => DatasetLoader.Load(config, CommonOptions.Notice));
        return Finish(folder, options, observed => loaded.Use(config => NoiseStudy.OfConfig(config, dataset, observed)), json);
    }

    private static int OfRun(string name, NoiseOptions options, string? output, bool json)
    {
        RunDirectory directory = CommonOptions.OpenRun(name);
        SavedRun run = SavedRun.Open(directory, step: null, CommonOptions.Notice);
        StudyFolder folder = Folder(output, directory.Name);
        var store = new CheckpointStore(directory.CheckpointsPath, run.Config.Training.KeepCheckpoints, CommonOptions.Notice);
        Checkpoint[] checkpoints = [.. run.Path.Select(point => store.Load(point.Step, run.Checkpoint.Layout))];
        options = options with { IsByLabel = run.Config.Data.Sharding == ShardingKind.ByLabel };
        return Finish(folder, options, observed => NoiseStudy.OfRun(directory.Name, run.Task, checkpoints, observed), json);
    }

    private static StudyFolder Folder(string? output, string name)
    {
        StudyFolder folder = output is null
            ? StudyFolder.Stamped(StudyFolder.DefaultBase, $"noise-{name}", TimeProvider.System.GetUtcNow())
            : StudyFolder.At(output);
        folder.Check();
        return folder;
    }

    private static int Finish(StudyFolder folder, NoiseOptions options, Func<NoiseOptions, StudyResult> run, bool json)
    {
        StudyResult result;
        using (var view = new StageView())
        {
            result = run(options with { Stage = view.Show });
        }

        string written = StudyWriter.Write(result, folder);
        Console.Out.WriteLine(json ? StudyJson.Write(result) : StudyText.Of(result, written, StudyText.TerminalWidth));
        return ExitCodes.Done;
    }

    private static string CommandLine(string what, string[] overrides, NoiseOptions options, bool isConfig)
    {
        string trained = isConfig
            ? string.Create(CultureInfo.InvariantCulture, $" --points {options.Points} --smaller {options.SmallerBatch}")
                + string.Concat((options.Noise ?? []).Select(sigma => string.Create(CultureInfo.InvariantCulture, $" --noise {sigma:R}")))
                + string.Concat(overrides.Select(text => $" --set {Display.Argument(text)}"))
            : "";
        string examples = options.Examples is { } count ? string.Create(CultureInfo.InvariantCulture, $" --examples {count}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"distsgd study noise {Display.Argument(what)}{trained}{examples} --hessian-examples {options.HessianExamples} --directions {options.Directions} --seed {options.Seed}");
    }
}
