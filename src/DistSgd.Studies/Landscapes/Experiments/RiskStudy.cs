using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.CriticalPoints;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Landscapes.LandscapeText;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Landscapes.Experiments;

/// <summary>The minimum of the empirical risk is not that of the risk.</summary>
internal sealed class RiskStudy : INamedStudy
{
    private static readonly Landscape Risk = LandscapeRegistry.Find("x-cos-pi-x");
    private static readonly Landscape Empirical = LandscapeRegistry.Find("empirical-risk");

    public string Name => "risk";

    public string Description => "Risk x cos πx against empirical risk on [0.5, 1.5]: training finds the minimum of the wrong one.";

    public StudyOptions Accepts => StudyOptions.None;

    public StudyResult Run(StudySettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        CriticalPoint risk = CriticalPointSearch.Find(Risk).First(point => point.Kind == CriticalPointKind.Minimum);
        CriticalPoint[] empiricalMinima =
            [.. CriticalPointSearch.Find(Empirical).Where(point => point.Kind == CriticalPointKind.Minimum)];
        CriticalPoint empirical = empiricalMinima[0];
        double riskThere = Risk.Value([.. empirical.Point]);
        double excess = riskThere - risk.Value;
        var table = new StudyTable(
            "minima",
            "Minima on [0.5, 1.5]",
            ["function", "x", "value", "risk_there"],
            [
                ["risk", risk.Point[0], risk.Value, risk.Value],
                .. empiricalMinima.Select(point => (object?[])["empirical risk", point.Point[0], point.Value, Risk.Value([.. point.Point])]),
            ]);
        string reading = $"The risk is lowest at x = {risk.Point[0]:F4} with {risk.Value:F4}, the empirical risk at x = "
            + $"{empirical.Point[0]:F4} with "
            + $"{empirical.Value:F4}. Who trains to the end pays {excess:F4} of risk for it. The empirical risk has "
            + $"{empiricalMinima.Length} minima in the interval.";
        double[] x = Empirical.Domain[0].Grid(301);
        return new StudyResult
        {
            Name = $"landscape-{Name}",
            Title = "Risk and empirical risk",
            Summary = reading,
            Command = StudyCommandLine.Of(Name, settings),
            Tables = [table],
            Sections =
            [
                new ReportSection("Two functions, two minima", reading)
                {
                    Charts =
                    [
                        new LineChart
                        {
                            Title = "Risk and empirical risk",
                            Description = "Graphs of both functions with their minima.",
                            X = new Axis("x"),
                            Y = new Axis("risk"),
                            Curves =
                            [
                                new Curve("risk f", x, [.. x.Select(at => Risk.Value([at]))]),
                                new Curve("empirical risk g", x, [.. x.Select(at => Empirical.Value([at]))]),
                            ],
                            Marks =
                            [
                                new Mark(risk.Point[0], risk.Value, "min of risk"),
                                new Mark(empirical.Point[0], empirical.Value, "min of empirical risk"),
                            ],
                        },
                    ],
                    Tables = [Table(table)],
                },
            ],
            Claims =
            [
                Holds(
                    "004",
                    "The minimum of the risk lies at about (1.1, −1.05)",
                    $"({risk.Point[0]:F4}, {risk.Value:F4})",
                    Near(risk.Point[0], 1.1, 0.05) && Near(risk.Value, -1.05, 0.005)),
                Holds(
                    "004",
                    "The minimum of the empirical risk lies at about (1.0, −1.2)",
                    $"({empirical.Point[0]:F4}, {empirical.Value:F4})",
                    Near(empirical.Point[0], 1, 0.05) && Near(empirical.Value, -1.2, 0.05)),
                Holds(
                    "004",
                    "The minimum of the empirical risk doesn't align with that of the risk",
                    $"they lie {risk.Point[0] - empirical.Point[0]:F4} apart; the risk at the wrong one is higher by {excess:F4}",
                    risk.Point[0] - empirical.Point[0] > 0.05 && excess > 0),
            ],
        };
    }
}
