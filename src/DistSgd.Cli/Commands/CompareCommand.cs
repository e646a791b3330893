using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;

namespace DistSgd.Cli.Commands;

/// <summary><c>compare RUN RUN ...</c>: runs side by side, by their logs: results, speed, alerts, and the config keys in which they differ.</summary>
internal static class CompareCommand
{
    private const int RunsMax = 16;
    private const int HashDigits = 12;

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
                ? JsonSerializer.Serialize(compared.Select(run => new { run.Name, Results = run.Results.ToDictionary(), Config = run.Config.ToDictionary() }), OutputJson.Options)
                : Text(compared));
            return ExitCodes.Done;
        });
        return command;
    }

    private static ComparedRun Read(string run)
    {
        string log = RunLogs.Locate(run);
        RunHistory history = RunHistory.Of(RunLogs.Read(log));
        return new ComparedRun(RunLogs.NameOf(log), [.. Results(history)], history.Started is { } started ? [.. ConfigKeys.List(started.Config).Select(pair => KeyValuePair.Create(pair.Key, pair.Value))] : []);
    }

    private static IEnumerable<KeyValuePair<string, string>> Results(RunHistory history)
    {
        RunFinished? finished = history.Finished;
        var alerts = history.Alerts.Where(alert => alert.State == AlertStates.Raised).GroupBy(alert => alert.Rule).ToDictionary(group => group.Key, group => group.Count());
        string? sha = finished?.ParametersSha256;
        return new Dictionary<string, string>
        {
            ["outcome"] = finished?.Outcome ?? "not ended",
            ["steps"] = Whole(finished?.Step ?? history.LastWindow?.Step),
            ["seconds"] = Number(finished?.Seconds),
            ["training loss"] = Number(history.LastOf(DataSplits.Train)?.Loss ?? history.LastWindow?.LossMean),
            ["validation loss"] = Number(history.LastOf(DataSplits.Validation)?.Loss),
            ["validation accuracy"] = Percent(history.LastOf(DataSplits.Validation)?.Accuracy),
            ["test loss"] = Number(history.LastOf(DataSplits.Test)?.Loss),
            ["test accuracy"] = Percent(history.LastOf(DataSplits.Test)?.Accuracy),
            ["skipped steps"] = Whole(history.Skipped),
            ["alerts"] = SummaryText.Alerts(alerts),
            ["sha256"] = sha is null ? "-" : sha[..Math.Min(HashDigits, sha.Length)],
        };
    }

    private static string Text(ComparedRun[] runs)
    {
        string[] columns = ["", .. runs.Select(run => Display.Printable(run.Name))];
        string[] keys = [.. runs.SelectMany(run => run.Config.Select(pair => pair.Key)).Distinct().Where(key => Values(key, run => run.Config).Distinct().Count() > 1)];
        string[][] rows =
        [
            .. runs[0].Results.Select(pair => (string[])[pair.Key, .. Values(pair.Key, run => run.Results)]),
            .. keys.Select(key => (string[])[Display.Printable(key), .. Values(key, run => run.Config)]),
        ];
        bool[] isNumber = [false, .. runs.Select(_ => true)];
        return string.Join('\n', new TextTable(columns, rows, isNumber).Lines(null));

        IEnumerable<string> Values(string name, Func<ComparedRun, IEnumerable<KeyValuePair<string, string>>> of) =>
            runs.Select(run => Display.Printable(of(run).FirstOrDefault(pair => pair.Key == name).Value ?? "-"));
    }

    private static string Whole(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Number(double? value) => value is { } number ? Display.Number(number) : "-";

    private static string Percent(double? value) => value is { } fraction ? Display.Percent(fraction) : "-";

    /// <param name="Name">Its name in the table.</param>
    /// <param name="Results">How it ended.</param>
    /// <param name="Config">The keys of its config; none where the log does not tell.</param>
    private sealed record ComparedRun(
        string Name, IReadOnlyList<KeyValuePair<string, string>> Results, IReadOnlyList<KeyValuePair<string, string>> Config);
}
