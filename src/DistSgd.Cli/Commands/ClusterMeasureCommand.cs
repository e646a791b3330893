using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Simulation.Scale;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary><c>cluster measure CONFIG --model FILE</c>: measures clusters of this machine and fits the cost model that <c>simulate --workers</c> predicts with.</summary>
internal static class ClusterMeasureCommand
{
    private const int WorkersMax = 64;
    private const int DefaultRounds = 5;
    private static readonly int[] DefaultWorkers = [1, 2, 4, 8];

    public static Command Create()
    {
        var config = new Argument<string>("CONFIG") { Description = "Config file, for instance configs/mnist.yaml." };
        var model = new Option<string>("--model") { Description = "File to write the cost model to; one that is there is replaced.", HelpName = "FILE", Required = true };
        var workers = new Option<int[]>("--workers")
        {
            Description = "Sizes of the clusters to measure, at least two [default: 1,2,4,8].",
            HelpName = "N,N",
            CustomParser = ParseWorkers,
        };
        Option<int?> check = NumberOptions.Whole(
            "--check", "Another batch size, measured in turn with the first and left out of the fit: says how well the model predicts it.", 1, 1 << 20);
        Option<int?> rounds = NumberOptions.Whole("--rounds", "Measurements of each cluster; the fastest, as the least disturbed, counts.", 1, 99, DefaultRounds);
        Option<string[]> set = CommonOptions.Set();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("measure", "Measure what steps cost on this machine, for distsgd simulate --workers N --model FILE. Takes minutes; leave the machine alone.")
        {
            config,
            model,
            workers,
            check,
            rounds,
            set,
            json,
        };
        command.SetAction(parsed => Measure(
            new ClusterSurvey
            {
                ConfigPath = parsed.GetRequiredValue(config),
                Overrides = parsed.GetValue(set) ?? [],
                Workers = parsed.GetValue(workers) is { Length: > 0 } chosen ? chosen : DefaultWorkers,
                CheckBatch = parsed.GetValue(check),
                Rounds = parsed.GetValue(rounds) ?? DefaultRounds,
            },
            parsed.GetRequiredValue(model),
            parsed.GetValue(json)));
        return command;
    }

    private static int Measure(ClusterSurvey survey, string path, bool asJson)
    {
        if (Directory.Exists(path) || (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder)))
        {
            throw new InputException($"--model: cannot write {path}: expected the name of a file in a folder that exists.");
        }

        RunConfig config = ConfigReader.Load(survey.ConfigPath, survey.Overrides).Config;
        TrainingTask task = TrainingTaskFactory.Create(config, DatasetLoader.Load(config, CommonOptions.Notice));
        long bytes = sizeof(float) * (long)task.Architecture.CreateLayout().Length;
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCodes.Interrupted));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCodes.Terminated));
        int exitCode = ExitCodes.Done;
        try
        {
            (CostMeasurement[] fitted, CostMeasurement[] left) = survey.Measure(task.Batches.FirstBatch, CommonOptions.Notice, stop.Token);
            CostModel model = CostFit.Fit(fitted, new MeasuredRun(config.Name, Machine.Processor, Environment.ProcessorCount, bytes));
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(model.ToJson() + "\n")));
            ModelCheck[] checks = [.. fitted.Concat(left).Select(one => ModelCheck.Of(model, one))];
            Console.Out.WriteLine(asJson
                ? JsonSerializer.Serialize(new { File = path, Model = model, Checks = checks }, OutputJson.Options)
                : CostModelText.Of(model, checks, path));
        }
        catch (OperationCanceledException)
        {
            CommonOptions.Notice("stopped; no model was written");
        }

        return exitCode;

        void Stop(PosixSignalContext context, int code)
        {
            context.Cancel = true;
            exitCode = code;
            stop.Cancel();
        }
    }

    private static int[]? ParseWorkers(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        var counts = new SortedSet<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count < 1 || count > WorkersMax)
            {
                counts.Clear();
                break;
            }

            counts.Add(count);
        }

        if (counts.Count >= 2)
        {
            return [.. counts];
        }

        NumberOptions.AddError(result, text, $"at least two different whole numbers from 1 to {WorkersMax}: 1,2,4,8");
        return null;
    }
}
