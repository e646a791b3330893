using System.CommandLine;
using System.Text;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Logging;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Monitoring.Rules;
using DistSgd.Reports;
using DistSgd.Studies.RunReports;

namespace DistSgd.Cli.Commands;

/// <summary><c>report RUN</c>: one self-contained HTML file of a run, from its log alone.</summary>
internal static class ReportCommand
{
    private const string FileName = "report.html";

    public static Command Create()
    {
        System.CommandLine.Argument<string> run = RunLogs.Argument();
        var output = new Option<string?>("--out")
        {
            Description = "File to write; one that is there is replaced. Default: report.html beside the log.",
            HelpName = "FILE",
        };
        var command = new Command("report", "Write a report of a run as one HTML file: curves, gradient flow, alerts with advice, workers.") { run, output };
        command.SetAction(parsed =>
        {
            string log = RunLogs.Locate(parsed.GetRequiredValue(run));
            string path = parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(log))!, FileName);
            if (Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
            {
                throw new InputException($"--out: cannot write {path}: expected the name of a file in a folder that exists.");
            }

            string name = RunLogs.NameOf(log);
            string html = ReportWriter.ToHtml(Make(log, name, $"distsgd report {Display.Argument(parsed.GetRequiredValue(run))}"));
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(html)));
            Console.Out.WriteLine(Display.Path(Path.GetFullPath(path)));
            return ExitCodes.Done;
        });
        return command;
    }

    private static ReportPage Make(string log, string name, string command)
    {
        var history = new RunHistory();
        var alerts = new List<Alert>();
        RuleSet? rules = null;
        foreach (TrainingEvent trainingEvent in RunLogs.Read(log).Ahead())
        {
            rules ??= RunLogs.Rules(trainingEvent as RunStarted, []);
            alerts.AddRange(rules.Observe(trainingEvent));
            history.Add(trainingEvent);
        }

        return RunReport.Of(history, alerts, name, command);
    }
}
