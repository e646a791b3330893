using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Simulation;
using DistSgd.Simulation.Faults;

namespace DistSgd.Cli.Commands;

/// <summary><c>simulate --seed N</c>, <c>simulate --seeds A..B</c>: the actors of a run in virtual time, among the faults of a seed.</summary>
internal static class SimulateCommand
{
    private const int ProgressEvery = 500;

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
        Option<bool> json = CommonOptions.Json();
        var command = new Command(
            "simulate", "Simulate a cluster with faults: the same seed gives the same history. Give --seed or --seeds.") { seed, seeds, messages, json };
        command.SetAction(parsed => (parsed.GetValue(seed), parsed.GetValue(seeds)) switch
        {
            ({ } one, null) => RunOne(one, parsed.GetValue(messages), parsed.GetValue(json)),
            (null, { } range) => RunMany(range, parsed.GetValue(json)),
            _ => throw new InputException("simulate: give --seed N or --seeds A..B, one of the two."),
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
