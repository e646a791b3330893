using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;

namespace DistSgd.Cli.Commands;

/// <summary><c>runs</c>: the list of runs.</summary>
internal static class RunsCommand
{
    private const int HashDigits = 12;

    public static Command Create()
    {
        var directory = new Option<string>("--dir")
        {
            Description = "Directory that holds the runs.",
            DefaultValueFactory = _ => CommonOptions.RunsDirectory,
            HelpName = "DIR",
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("runs", "List the runs.") { directory, json };
        command.SetAction(parsed =>
        {
            IReadOnlyList<RunListEntry> runs = RunList.Find(parsed.GetRequiredValue(directory));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(runs, OutputJson.Options));
            }
            else
            {
                Print(runs, parsed.GetRequiredValue(directory));
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<RunListEntry> runs, string directory)
    {
        if (runs.Count == 0)
        {
            Console.Error.WriteLine($"no runs in {directory}");
            return;
        }

        int width = Math.Max("run".Length, runs.Max(run => Path.GetFileName(run.Directory).Length));
        Console.Out.WriteLine($"{"run".PadRight(width)}  {"state",-11}  {"steps",9}  {"test",8}  parameters_sha256");
        foreach (RunListEntry run in runs)
        {
            string test = run.TestAccuracy is { } value ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:F2} %") : "-";
            string steps = run.Steps?.ToString(CultureInfo.InvariantCulture) ?? "-";
            string state = run.State.ToString().ToLowerInvariant();
            string hash = run.ParametersSha256 is { } sha ? sha[..Math.Min(HashDigits, sha.Length)] : "-";
            Console.Out.WriteLine($"{Path.GetFileName(run.Directory).PadRight(width)}  {state,-11}  {steps,9}  {test,8}  {hash}");
        }
    }
}
