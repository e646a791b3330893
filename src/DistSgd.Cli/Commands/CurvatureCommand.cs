using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Studies;
using DistSgd.Studies.Curvature;
using DistSgd.Studies.Output;

namespace DistSgd.Cli.Commands;

/// <summary><c>curvature RUN</c>: what kind of point the training has reached.</summary>
internal static class CurvatureCommand
{
    private const string AllExamples = "all";
    private static readonly CurvatureSettings Defaults = new();

    public static Command Create()
    {
        Argument<string> run = CommonOptions.Run();
        Option<long?> step = Number<long?>("--step", "Step of the checkpoint to look at. Default: the newest.", "N", null, 0);
        var examples = new Option<string>("--examples")
        {
            Description = "Training examples that the loss is the mean of, or the word all.",
            HelpName = "N",
            DefaultValueFactory = _ => CurvatureOptions.DefaultExamples.ToString(CultureInfo.InvariantCulture),
        };
        Option<int?> workers = Number<int?>("--workers", "Workers that the data are sharded over; no number depends on it. Default: the run's own.", "N", null, 1);
        Option<double> tolerance = new("--tolerance")
        {
            Description = "Largest residual of an eigenvalue, as a part of its magnitude.",
            HelpName = "X",
            DefaultValueFactory = _ => Defaults.Tolerance,
        };
        tolerance.Validators.Add(result => Require(result, tolerance, value => value is > 0 and < 1, "a number between 0 and 1"));
        Option<int> steps = Number("--max-steps", "Largest number of Lanczos steps for the extreme eigenvalues.", "N", Defaults.MaxSteps, 1);
        Option<int> samples = Number("--trace-samples", "Random vectors for the trace.", "N", Defaults.TraceSamples, 2);
        Option<int> points = Number("--resolution", "Points of a plane slice along each side; 0 for no slices.", "N", Defaults.PlanePoints, 0);
        Option<long> seed = Number("--seed", "Seed of all random vectors.", "N", (long)Defaults.Seed, 0);
        Option<string?> output = CommonOptions.StudyOutput("RUN/curvature-step-N-UTCSTAMP");
        Option<bool> json = CommonOptions.Json("Print what study.json holds.");
        var command = new Command(
            "curvature",
            "Examine the loss around a checkpoint: eigenvalues, trace, spectrum, sharpness, slices, and whether it is a minimum or a saddle.")
        {
            run, step, examples, workers, tolerance, steps, samples, points, seed, output, json,
        };
        command.SetAction(parsed =>
        {
            int? resolution = parsed.GetValue(points);
            CurvatureSettings settings = Defaults with
            {
                Seed = (ulong)parsed.GetValue(seed),
                Tolerance = parsed.GetValue(tolerance),
                MaxSteps = parsed.GetValue(steps),
                TraceSamples = parsed.GetValue(samples),
                PlanePoints = resolution ?? 0,
                LinePoints = resolution > 0 ? Defaults.LinePoints : 0,
            };
            Examine(
                CommonOptions.OpenRun(parsed.GetRequiredValue(run)),
                parsed.GetValue(step),
                parsed.GetValue(workers),
                parsed.GetRequiredValue(examples),
                settings,
                parsed.GetValue(output),
                parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Examine(
        RunDirectory directory, long? step, int? workers, string examples, CurvatureSettings settings, string? output, bool json)
    {
        SavedRun run = SavedRun.Open(directory, step, CommonOptions.Notice);
        int all = run.Task.Data.Count(DataPart.Training);
        string name = string.Create(CultureInfo.InvariantCulture, $"curvature-step-{run.Checkpoint.State.Step}");
        StudyFolder folder = output is null
            ? StudyFolder.Stamped(directory.FullPath, name, TimeProvider.System.GetUtcNow())
            : StudyFolder.At(output);
        folder.Check();
        var options = new CurvatureOptions
        {
            Workers = workers ?? run.Config.Cluster.Workers,
            Examples = ReadExamples(examples, all),
            Settings = settings,
            Command = CommandLine(directory, run.Checkpoint.State.Step, examples, settings),
        };
        StudyResult result = CurvatureStudy.Run(run, options, new Stages().Show);
        string written = StudyWriter.Write(result, folder);
        Console.Out.WriteLine(json ? StudyJson.Write(result) : StudyText.Of(result, written, StudyText.TerminalWidth));
    }

    private static int? ReadExamples(string text, int all)
    {
        if (text == AllExamples)
        {
            return all;
        }

        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0;
        return !isNumber ? throw new InputException($"--examples: found '{text}'; expected a number from 1 to {all}, or the word {AllExamples}.")
            : count == CurvatureOptions.DefaultExamples ? null : count;
    }

    private static string CommandLine(RunDirectory directory, long step, string examples, CurvatureSettings settings) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"distsgd curvature {Display.Argument(Display.Path(directory.FullPath))} --step {step} --examples {examples} "
            + $"--tolerance {settings.Tolerance} --max-steps {settings.MaxSteps} --trace-samples {settings.TraceSamples} "
            + $"--resolution {settings.PlanePoints} --seed {settings.Seed}");

    private static Option<T> Number<T>(string name, string description, string helpName, T standard, long minimum)
    {
        var option = new Option<T>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => standard };
        option.Validators.Add(result => Require(
            result, option, value => value is null || Convert.ToInt64(value, CultureInfo.InvariantCulture) >= minimum, $"a whole number of at least {minimum}"));
        return option;
    }

    private static void Require<T>(OptionResult result, Option<T> option, Func<T?, bool> isFit, string expected)
    {
        if (result.Tokens is [{ Value: var found }])
        {
            bool fits;
            try
            {
                fits = isFit(result.GetValue(option));
            }
            catch (InvalidOperationException)
            {
                fits = false; // no number at all
            }

            if (!fits)
            {
                result.AddError($"{option.Name}: found '{found}'; expected {expected}.");
            }
        }
    }

    /// <summary>Tells each stage once.</summary>
    private sealed class Stages
    {
        private string? _last;

        public void Show(string stage)
        {
            if (stage != _last)
            {
                _last = stage;
                CommonOptions.Notice($"{stage} ...");
            }
        }
    }
}
