using System.CommandLine;
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
    private const int MostWorkers = 1_024;
    private const int MostPlanePoints = 201;
    private const int MostLanczosSteps = 1_000;
    private static readonly CurvatureSettings Defaults = new();

    public static Command Create()
    {
        Argument<string> run = CommonOptions.Run();
        Option<int?> step = NumberOptions.Whole("--step", "Step of the checkpoint to look at. Default: the newest.", 0, int.MaxValue);
        var examples = new Option<string?>("--examples")
        {
            Description = $"Training examples that the loss is the mean of, or the word all. [default: {CurvatureOptions.DefaultExamples}, or all where there are fewer]",
            HelpName = "N",
        };
        Option<int?> workers = NumberOptions.Whole(
            "--workers", "Workers that the data are sharded over; no number depends on it. Default: the run's own.", 1, MostWorkers);
        Option<double?> tolerance = NumberOptions.Real(
            "--tolerance", "Largest residual of an eigenvalue, as a part of its magnitude.", "between 0 and 1", value => value is > 0 and < 1, Defaults.Tolerance);
        Option<int?> steps = NumberOptions.Whole(
            "--max-steps", "Largest number of Lanczos steps for the extreme eigenvalues.", 1, MostLanczosSteps, Defaults.MaxSteps);
        Option<int?> samples = NumberOptions.Whole("--trace-samples", "Random vectors for the trace.", 2, 1_000_000, Defaults.TraceSamples);
        Option<int?> points = NumberOptions.Whole("--resolution", "Points of a plane slice along each side.", 2, MostPlanePoints, Defaults.PlanePoints);
        var noSlices = new Option<bool>("--no-slices") { Description = "Leave the slices out." };
        Option<ulong?> seed = NumberOptions.Seed(Defaults.Seed);
        Option<string?> output = CommonOptions.StudyOutput("RUN/curvature-step-N-UTCSTAMP");
        Option<bool> json = CommonOptions.Json("Print what study.json holds.");
        var command = new Command(
            "curvature",
            "Examine the loss around a checkpoint: eigenvalues, trace, spectrum, sharpness, slices, and whether it is a minimum or a saddle.")
        {
            run, step, examples, workers, tolerance, steps, samples, points, noSlices, seed, output, json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(noSlices) && parsed.GetValue(points) is not null)
            {
                throw new InputException("curvature: --resolution has no meaning with --no-slices; give one of them.");
            }

            CurvatureSettings settings = Defaults with
            {
                Seed = parsed.GetValue(seed) ?? Defaults.Seed,
                Tolerance = parsed.GetValue(tolerance) ?? Defaults.Tolerance,
                MaxSteps = parsed.GetValue(steps) ?? Defaults.MaxSteps,
                TraceSamples = parsed.GetValue(samples) ?? Defaults.TraceSamples,
                PlanePoints = parsed.GetValue(points) ?? Defaults.PlanePoints,
                LinePoints = parsed.GetValue(noSlices) ? 0 : Defaults.LinePoints,
            };
            Examine(
                CommonOptions.OpenRun(parsed.GetRequiredValue(run)),
                parsed.GetValue(step),
                parsed.GetValue(workers),
                parsed.GetValue(examples),
                settings,
                parsed.GetValue(output),
                parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Examine(
        RunDirectory directory, long? step, int? workers, string? examples, CurvatureSettings settings, string? output, bool json)
    {
        SavedRun run = SavedRun.Open(directory, step, CommonOptions.Notice);
        int all = run.Task.Data.Count(DataPart.Training);
        int count = ReadExamples(examples, all) ?? Math.Min(CurvatureOptions.DefaultExamples, all);
        string name = string.Create(CultureInfo.InvariantCulture, $"curvature-step-{run.Checkpoint.State.Step}");
        StudyFolder folder = output is null
            ? StudyFolder.Stamped(directory.FullPath, name, TimeProvider.System.GetUtcNow())
            : StudyFolder.At(output);
        folder.Check();
        var options = new CurvatureOptions
        {
            Workers = workers ?? run.Config.Cluster.Workers,
            Examples = count,
            Settings = settings,
            Command = CommandLine(directory, run.Checkpoint.State.Step, count, settings),
        };
        StudyResult result;
        using (var view = new StageView())
        {
            result = CurvatureStudy.Run(run, options, stage => view.Show(stage.Name, stage.MostRequests));
        }

        string written = StudyWriter.Write(result, folder);
        Console.Out.WriteLine(json ? StudyJson.Write(result) : StudyText.Of(result, written, StudyText.TerminalWidth));
    }

    private static int? ReadExamples(string? text, int all)
    {
        if (text is null or AllExamples)
        {
            return text is null ? null : all;
        }

        bool fits = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1 && count <= all;
        return fits ? count : throw new InputException(
            $"--examples: found '{text}'; the run has {all} training examples; expected a number from 1 to {all}, or the word {AllExamples}.");
    }

    private static string CommandLine(RunDirectory directory, long step, int examples, CurvatureSettings settings)
    {
        string slices = settings.LinePoints > 0 ? $"--resolution {settings.PlanePoints}" : "--no-slices";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"distsgd curvature {Display.Argument(Display.Path(directory.FullPath))} --step {step} --examples {examples} "
            + $"--tolerance {settings.Tolerance} --max-steps {settings.MaxSteps} --trace-samples {settings.TraceSamples} "
            + $"{slices} --seed {settings.Seed}");
    }
}
