using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

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
            string folder = parsed.GetRequiredValue(directory);
            bool chosen = parsed.GetResult(directory) is { Implicit: false };
            string? problem = File.Exists(folder) ? "is a file" : chosen && !Directory.Exists(folder) ? "is not there" : null;
            if (problem is not null)
            {
                throw new InputException($"{folder}: {problem}; expected a directory of runs.");
            }

            IReadOnlyList<RunListEntry> runs = RunList.Find(folder);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(runs, OutputJson.Options));
            }
            else
            {
                Print(runs, folder);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void Print(IReadOnlyList<RunListEntry> runs, string directory)
    {
        if (runs.Count == 0)
        {
            CommonOptions.Notice($"no runs in {directory}");
            return;
        }

        string[] names = [.. runs.Select(run => Display.Printable(Path.GetFileName(run.Directory)))];
        string[] states = [.. runs.Select(run => run.Outcome ?? run.State.ToString().ToLowerInvariant())];
        int width = Math.Max("run".Length, names.Max(name => name.Length));
        int stateWidth = Math.Max("state".Length, states.Max(state => state.Length));
        Console.Out.WriteLine($"{"run".PadRight(width)}  {"state".PadRight(stateWidth)}  {"steps",9}  {"test",8}  parameters_sha256");
        foreach ((RunListEntry run, string name, string state) in runs.Zip(names, states))
        {
            string test = run.TestAccuracy is { } value ? Display.Percent(value) : "-";
            string steps = run.Steps?.ToString(CultureInfo.InvariantCulture) ?? "-";
            string hash = run.ParametersSha256 is { } sha ? sha[..Math.Min(HashDigits, sha.Length)] : "-";
            Console.Out.WriteLine($"{name.PadRight(width)}  {state.PadRight(stateWidth)}  {steps,9}  {test,8}  {hash}");
        }
    }
}
