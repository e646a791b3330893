using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Simulation;
using DistSgd.Simulation.Faults;
using DistSgd.Simulation.Scale;

namespace DistSgd.Cli.Commands;

/// <summary>
/// <c>simulate --seed N</c>, <c>simulate --seeds A..B</c>: the actors of a run in virtual time, among the faults of a seed.
/// <c>simulate --workers N --model FILE</c>: with measured costs instead of faults.
/// </summary>
internal static class SimulateCommand
{
    private const int ProgressEvery = 500;
    private const int WorkersMax = 4096;

    public static Command Create()
    {
        Option<ulong?> seed = NumberOptions.Seed("The seed to simulate: prints its plan, then a time line.");
        Option<SeedRange?> seeds = new("--seeds")
        {
            Description = "Simulates the seeds from A to B on all cores, and stops at the first that breaks a promise.",
            HelpName = "A..B",
            CustomParser = ParseSeeds,
        };
        var messages = new Option<bool>("--messages") { Description = "With --seed: the time line tells of every message too." };
        Option<int?> workers = NumberOptions.Whole("--workers", "Predicts steps of clusters of 1 to N workers, with the costs in --model.", 1, WorkersMax);
        var model = new Option<string?>("--model") { Description = "With --workers: the costs, as distsgd cluster measure writes them.", HelpName = "FILE" };
        Option<int?> batch = NumberOptions.Whole(
            "--batch", "With --workers: examples of a step, or of each worker's part of it. Default: the batch size that was measured.", 1, 1 << 20);
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "simulate",
            "Simulate a cluster: with faults, where the same seed gives the same history (--seed or --seeds), or with measured costs, to predict larger ones (--workers and --model).")
        {
            seed,
            seeds,
            messages,
            workers,
            model,
            batch,
            json,
        };
        command.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(json);
            return (parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(workers), parsed.GetValue(model)) switch
            {
                ({ } one, null, null, null) => RunOne(one, parsed.GetValue(messages), asJson),
                (null, { } range, null, null) => RunMany(range, asJson),
                (null, null, { } most, { } path) => Predict(CostModel.Load(path), most, parsed.GetValue(batch), asJson),
                _ => throw new InputException("simulate: give --seed N, or --seeds A..B, or --workers N with --model FILE."),
            };
        });
        return command;
    }

    private static int RunOne(ulong seed, bool tellMessages, bool asJson)
    {
        Scenario scenario = ClusterSimulation.Plan(seed);
        if (asJson)
        {
            SimulationReport quiet = ClusterSimulation.Run(scenario);
            Console.Out.WriteLine(JsonSerializer.Serialize(quiet, OutputJson.Options));
            return quiet.Problem is null ? ExitCodes.Done : ExitCodes.Failed;
        }

        Console.Out.WriteLine($"seed    {seed}");
        foreach (string line in scenario.Describe())
        {
            Console.Out.WriteLine(line);
        }

        Console.Out.WriteLine();
        SimulationReport report = ClusterSimulation.Run(scenario, Console.Out.WriteLine, tellMessages);
        Console.Out.WriteLine();
        Console.Out.WriteLine(report.Problem is null
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"all promises kept: {report.Steps} steps in {report.Time.TotalSeconds:F3} s of virtual time, {report.Happenings} happenings, sha256 {report.ParametersSha256}")
            : $"BROKEN  {report.Problem}");
        return report.Problem is null ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static int RunMany(SeedRange range, bool asJson)
    {
        SweepReport report = SeedSweep.Run(range.First, range.Last, Environment.ProcessorCount, done =>
        {
            if (done % ProgressEvery == 0)
            {
                CommonOptions.Notice($"{done} of {range.Last - range.First + 1} seeds");
            }
        });
        if (asJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, OutputJson.Options));
        }
        else
        {
            Print(report);
        }

        return report.Failure is null ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static int Predict(CostModel model, int workers, int? batch, bool asJson)
    {
        ScalingCurve curve = ScalingCurve.Predict(model, workers, batch ?? model.Batch);
        Console.Out.WriteLine(asJson ? JsonSerializer.Serialize(curve, OutputJson.Options) : ScalingText.Of(model, curve));
        return ExitCodes.Done;
    }

    private static void Print(SweepReport report)
    {
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Seeds} seeds, {report.Steps} steps, {report.Happenings} happenings in {report.Time.TotalHours:F1} h of virtual time; at most {report.MostUnderWay} frames under way on a link"));
        int width = report.Hits.Keys.Max(kind => kind.ToString().Length);
        foreach ((FaultKind kind, long count) in report.Hits)
        {
            Console.Out.WriteLine($"  {kind.ToString().PadRight(width)}  {count,9}");
        }

        Console.Out.WriteLine(report.Failure is { } failure
            ? $"BROKEN  seed {failure.Seed}: {failure.Problem}\nreplay  distsgd simulate --seed {failure.Seed}"
            : "all promises kept");
    }

    private static SeedRange? ParseSeeds(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        string[] ends = text.Split("..");
        if (ends.Length == 2 && TryParse(ends[0], out ulong first) && TryParse(ends[1], out ulong last) && first <= last)
        {
            return new SeedRange(first, last);
        }

        NumberOptions.AddError(result, text, "two whole numbers, the smaller first: 1..1000");
        return null;
    }

    private static bool TryParse(string text, out ulong seed) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);

    /// <summary>Seeds, both ends included.</summary>
    private sealed record SeedRange(ulong First, ulong Last);
}
