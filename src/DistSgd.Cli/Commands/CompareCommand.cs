using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;

namespace DistSgd.Cli.Commands;

/// <summary><c>compare RUN RUN ...</c>: runs side by side, by their logs: results, speed, alerts, and the config keys in which they differ.</summary>
internal static class CompareCommand
{
    private const int RunsMax = 16;

    public static Command Create()
    {
        var runs = new System.CommandLine.Argument<string[]>("RUN")
        {
            Description = "Run directories, or logs run.clef alone; at least two.",
            Arity = new ArgumentArity(2, RunsMax),
        };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("compare", "Compare runs: results, speed, alerts, and the config keys in which they differ.") { runs, json };
        command.SetAction(parsed =>
        {
            ComparedRun[] compared = [.. parsed.GetRequiredValue(runs).Select(Read)];
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(compared.Select(run => new { run.Name, Values = run.Values.ToDictionary(value => value.Name, value => value.Value) }), OutputJson.Options)
                : Text(compared));
            return ExitCodes.Done;
        });
        return command;
    }

    private static ComparedRun Read(string run)
    {
        string log = RunLogs.Locate(run);
        RunHistory history = RunHistory.Of(RunLogs.Read(log));
        string name = File.Exists(run) ? Path.GetFileName(run) : Path.GetFileName(Path.GetFullPath(run).TrimEnd(Path.DirectorySeparatorChar));
        return new ComparedRun(name, [.. Results(history), .. history.Started is { } started ? Keys(started.Config, "") : []]);
    }

    private static IEnumerable<(string Name, string Value, bool IsKey)> Results(RunHistory history)
    {
        RunFinished? finished = history.Finished;
        yield return ("outcome", finished?.Outcome ?? "not ended", false);
        yield return ("steps", Whole(finished?.Step ?? history.LastWindow?.Step), false);
        yield return ("seconds", Number(finished?.Seconds), false);
        yield return ("training loss", Number(history.LastOf(DataSplits.Train)?.Loss ?? history.LastWindow?.LossMean), false);
        yield return ("validation loss", Number(history.LastOf(DataSplits.Validation)?.Loss), false);
        yield return ("validation accuracy", Percent(history.LastOf(DataSplits.Validation)?.Accuracy), false);
        yield return ("test loss", Number(history.LastOf(DataSplits.Test)?.Loss), false);
        yield return ("test accuracy", Percent(history.LastOf(DataSplits.Test)?.Accuracy), false);
        yield return ("skipped steps", Whole(history.Skipped), false);
        yield return ("alerts", SummaryText.Alerts(history.Alerts.Where(alert => alert.State == AlertStates.Raised)
            .GroupBy(alert => alert.Rule).ToDictionary(group => group.Key, group => group.Count())), false);
        yield return ("sha256", finished?.ParametersSha256?[..12] ?? "-", false);
    }

    private static string Text(ComparedRun[] runs)
    {
        string[] names = [.. runs.SelectMany(run => run.Values).Where(value => !value.IsKey || Differs(value.Name)).Select(value => value.Name).Distinct()];
        string[] columns = ["", .. runs.Select(run => Display.Printable(run.Name))];
        string[][] rows = [.. names.Select(name => (string[])[name, .. runs.Select(run => Display.Printable(run.ValueOf(name)))])];
        bool[] isNumber = [false, .. runs.Select(_ => true)];
        return string.Join('\n', new TextTable(columns, rows, isNumber).Lines(null));

        bool Differs(string name) => runs.Select(run => run.ValueOf(name)).Distinct().Count() > 1;
    }

    private static IEnumerable<(string Name, string Value, bool IsKey)> Keys(JsonObject section, string prefix) => section.SelectMany(pair => pair.Value switch
    {
        JsonObject inner => Keys(inner, $"{prefix}{pair.Key}."),
        null => [($"{prefix}{pair.Key}", "null", true)],
        { } value => [($"{prefix}{pair.Key}", value.ToJsonString().Trim('"'), true)],
    });

    private static string Whole(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Number(double? value) => value is { } number ? Display.Number(number) : "-";

    private static string Percent(double? value) => value is { } fraction ? Display.Percent(fraction) : "-";

    /// <param name="Name">Its name in the table.</param>
    /// <param name="Values">Results, then the keys of its config.</param>
    private sealed record ComparedRun(string Name, IReadOnlyList<(string Name, string Value, bool IsKey)> Values)
    {
        public string ValueOf(string name) => Values.FirstOrDefault(value => value.Name == name).Value ?? "-";
    }
}
