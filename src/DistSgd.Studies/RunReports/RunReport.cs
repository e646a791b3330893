using System.Globalization;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.History;
using DistSgd.Reports;
using DistSgd.Reports.Charts;

namespace DistSgd.Studies.RunReports;

/// <summary>The report of a run, from its log alone: how it ended, what the monitor said, and the curves to look at.</summary>
public static class RunReport
{
    /// <summary>Makes the page.</summary>
    /// <param name="history">What the log tells.</param>
    /// <param name="alerts">What the rules say to it.</param>
    /// <param name="name">Name of the run in headings.</param>
    /// <param name="command">The command that makes the page anew.</param>
    /// <returns>The page, ready to be rendered.</returns>
    public static ReportPage Of(RunHistory history, IReadOnlyList<Alert> alerts, string name, string command)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(alerts);
        var moments = new RunMoments(history, alerts);
        var charts = new RunCharts(history, moments.OnCharts);
        return new ReportPage
        {
            Title = $"Run {name}",
            Summary = RunFacts.Summary(history, alerts),
            Command = command,
            Sections =
            [
                new ReportSection("Result", RunFacts.Result(history)) { Tables = [RunFacts.Numbers(history, alerts)] },
                new ReportSection("Alerts and actions", moments.Reading) { Tables = moments.Tables },
                new ReportSection("Loss and accuracy", RunFacts.LossReading(history)) { Charts = charts.Losses() },
                new ReportSection("Gradients", RunFacts.GradientReading(history)) { Charts = charts.Gradients() },
                new ReportSection("Activations", RunFacts.ActivationReading(history)) { Charts = charts.Activations() },
                new ReportSection("Learning rate and updates", RunFacts.UpdateReading(history)) { Charts = charts.Updates() },
                new ReportSection("Noise", RunFacts.NoiseReading(history)) { Charts = charts.Noise() },
                new ReportSection("Workers", WorkerTimes.Reading(history)) { Charts = charts.Workers(), Tables = WorkerTimes.Tables(history) },
                new ReportSection("Setup", "What was trained, on what, and with which settings.") { Tables = [.. RunFacts.Setup(history)] },
            ],
        };
    }

    /// <summary>A number as pages write it.</summary>
    internal static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>A fraction as pages write it.</summary>
    internal static string Percent(double? fraction) => fraction is { } value ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:F2} %") : "-";

    /// <summary>A number that may be missing.</summary>
    internal static string Number(double? value) => value is { } number ? Number(number) : "-";
}
