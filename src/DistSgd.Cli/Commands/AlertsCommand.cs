using System.CommandLine;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Cli.Commands;

/// <summary><c>alerts RUN</c>: what the monitor says to a log, now or while it is written.</summary>
internal static class AlertsCommand
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    public static Command Create()
    {
        System.CommandLine.Argument<string> run = RunLogs.Argument();
        var follow = new Option<bool>("--follow") { Description = "Go on with what is written from now on, until the run ends." };
        Option<string[]> set = CommonOptions.Set();
        set.Description = "Judge with another threshold: monitor.rules.RULE.KEY=VALUE. May be repeated.";
        Option<bool> json = CommonOptions.Json("Print each alert as JSON, one a line.");
        var command = new Command("alerts", "Show what the monitor says to a run's log: the same rules as while it ran.") { run, follow, set, json };
        command.SetAction(parsed =>
        {
            string[] changes = parsed.GetValue(set) ?? [];
            if (changes.FirstOrDefault(change => !change.StartsWith("monitor.rules.", StringComparison.Ordinal)) is { } other)
            {
                throw new InputException($"--set: found '{other}'; expected monitor.rules.RULE.KEY=VALUE: a log can be judged anew, not trained anew.");
            }

            string log = RunLogs.Locate(parsed.GetRequiredValue(run));
            return parsed.GetValue(follow) ? Follow(log, changes, parsed.GetValue(json)) : Show(log, changes, parsed.GetValue(json));
        });
        return command;
    }

    private static int Show(string log, string[] changes, bool asJson)
    {
        RuleSet? rules = null;
        foreach (TrainingEvent trainingEvent in RunLogs.Read(log))
        {
            rules ??= RunLogs.Rules(trainingEvent as RunStarted, changes);
            Print(rules.Observe(trainingEvent), asJson);
        }

        if (!asJson)
        {
            Console.Out.WriteLine($"alerts      {SummaryText.Alerts(rules!.AlertsByRule)}");
        }

        return ExitCodes.Done;
    }

    private static int Follow(string log, string[] changes, bool asJson)
    {
        var tail = new LogTail(log);
        RuleSet? rules = null;
        int told = 0;
        while (true)
        {
            bool ended = false;
            foreach (TrainingEvent trainingEvent in tail.ReadNew())
            {
                ended = trainingEvent is RunFinished;
                if (trainingEvent is RunResumed resumed)
                {
                    rules = Standing(log, resumed, changes);
                    continue;
                }

                rules = trainingEvent is RunStarted ? null : rules; // it was begun anew
                rules ??= RunLogs.Rules(trainingEvent as RunStarted, changes);
                Print(rules.Observe(trainingEvent), asJson);
            }

            RunLogs.TellProblems(tail.Problems, told);
            told = tail.Problems.Count;
            if (ended)
            {
                return ExitCodes.Done;
            }

            Thread.Sleep(Glance);
        }
    }

    /// <summary>Rules that have seen what stands once a run was resumed, as the live ones: what it took back they never saw.</summary>
    private static RuleSet? Standing(string log, RunResumed resumed, string[] changes)
    {
        RuleSet? rules = null;
        foreach (TrainingEvent standing in new LogReader(log).Read())
        {
            rules ??= RunLogs.Rules(standing as RunStarted, changes);
            rules.Observe(standing);
            if (standing is RunResumed && standing.Time == resumed.Time)
            {
                break;
            }
        }

        return rules;
    }

    private static void Print(IReadOnlyList<Alert> alerts, bool asJson)
    {
        foreach (Alert alert in alerts)
        {
            Console.Out.WriteLine(asJson ? JsonSerializer.Serialize(alert, OutputJson.Line) : AlertText.Of(alert));
        }
    }
}
