using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Output;
using DistSgd.Studies.Trials;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.BatchSize;

/// <summary>Turns the results of a study over a grid into tables and the sections of its report, each with a reading made from its numbers.</summary>
internal static class GridReport
{
    public static StudyResult Of(TrialPlan plan, Func<TrialGroup, int> trainingExamples, IReadOnlyDictionary<string, TrialResult> results, string command)
    {
        StudyFile file = plan.File;
        GroupSummary[] groups = [.. file.Groups.Select((group, i) => new GroupSummary(plan, i, trainingExamples(group), results))];
        IReadOnlyList<ScalingFamily> families = ScalingFamily.Of(groups);
        StudyTable table = GridTables.Groups(groups, families, file.Config.Target is not null), ends = GridTables.EndPoints(groups);
        StudyTable scaling = GridTables.Scaling(families), rules = GridTables.RateRules(families), times = GridTables.Times(groups);
        return new StudyResult
        {
            Name = file.Config.Name,
            Title = $"Study {file.Config.Name}",
            Summary = GridReading.Summary(file, groups, families),
            Command = command,
            Tables =
            [
                table,
                ends,
                .. scaling.Rows.Count > 0 ? (StudyTable[])[scaling] : [],
                .. rules.Rows.Count > 0 ? (StudyTable[])[rules] : [],
                times,
                GridTables.Search(groups),
                GridTables.Trials(groups),
                GridTables.Curves(groups),
            ],
            Sections =
            [
                new ReportSection("Groups", Groups(file)) { Tables = [CellText.Table(table)] },
                .. families.SelectMany(Scaling),
                .. Law(scaling),
                .. Noise(groups, families),
                EndPoints(file, groups, ends),
                .. families.Where(family => family.Groups.Any(group => group.Search.Count > 0)).Select(family => Rates(family, rules)),
                .. Search(groups),
                Curves(groups),
                new ReportSection("Speed", "Throughput is that of this machine while the study ran; it is the one thing that differs when the study is repeated.")
                {
                    Tables = [CellText.Table(times)],
                },
            ],
            Claims = BatchSizeClaims.Of(families),
        };
    }

    private static string Groups(StudyFile file)
    {
        StudyConfig config = file.Config;
        string seeds = config.Seeds == 1 ? "one seed" : $"{config.Seeds} seeds";
        string time = config.IsSimulated ? " Trials ran in the simulator's virtual time." : "";
        return $"Each row is a group of trials with {seeds} that the search did not use, up to {GridReading.Target(config.Target)} or {config.Budget.Epochs} epochs.{time}";
    }

    private static IEnumerable<ReportSection> Scaling(ScalingFamily family)
    {
        if (family.Groups.Any(group => group.Steps is not null))
        {
            string name = family.Name.Length > 0 ? $" ({family.Name})" : "";
            yield return new ReportSection($"Steps against batch size{name}", GridReading.Regimes(family)) { Charts = [GridCharts.Steps(family)] };
            yield return new ReportSection($"Examples against steps{name}", GridReading.Hyperbola(family)) { Charts = [GridCharts.Hyperbola(family)] };
        }
    }

    private static IEnumerable<ReportSection> Law(StudyTable scaling)
    {
        if (scaling.Rows.Count > 0)
        {
            yield return new ReportSection("Numbers of the law", "The law's numbers with their intervals, and what the noise scale says beside them.")
            {
                Tables = [CellText.Table(scaling)],
            };
        }
    }

    private static IEnumerable<ReportSection> Search(GroupSummary[] groups)
    {
        if (groups.Any(group => group.Search.Count > 0))
        {
            yield return new ReportSection("Search for the learning rate", GridReading.Search(groups)) { Charts = [GridCharts.Search(groups)] };
        }
    }

    private static IEnumerable<ReportSection> Noise(GroupSummary[] groups, IReadOnlyList<ScalingFamily> families)
    {
        // Where no step has two slices, the section says so and draws nothing.
        if (groups.Any(group => group.Trials.Count > 0))
        {
            bool isKnown = groups.Any(group => group.Trials.Count > 0 && group.Trials[0].Curve.Any(point => point.NoiseScale is not null));
            yield return new ReportSection("Noise scale over training", GridReading.Noise(groups))
            {
                Charts = isKnown ? [GridCharts.Along(groups, "Noise scale over training", "B_simple (examples)", point => point.NoiseScale)] : [],
            };
        }

        foreach (ScalingFamily family in families.Where(family => family.Groups.Count(group => group.Cosine is not null) > 1))
        {
            yield return new ReportSection("Gradient quality", GridReading.Quality(family.Groups)) { Charts = [GridCharts.Quality(family)] };
        }
    }

    private static ReportSection EndPoints(StudyFile file, GroupSummary[] groups, StudyTable ends) => new("End points", GridReading.EndPoints(groups))
    {
        Charts =
        [
            .. file.Config.Grid.Axes.SelectMany(axis => (Chart?[])
            [
                GridCharts.Against(groups, axis.Key, $"Test accuracy against {axis.Key}", "test accuracy", group => group.TestAccuracy),
                GridCharts.Against(groups, axis.Key, $"Final training loss against {axis.Key}", "training loss", group => group.TrainLoss, isLogarithmic: true),
                GridCharts.Against(groups, axis.Key, $"Sharpness against {axis.Key}", "top eigenvalue of the Hessian", group => group.TopEigenvalue, isLogarithmic: true),
            ]).OfType<Chart>(),
        ],
        Tables = [CellText.Table(ends)],
    };

    private static ReportSection Rates(ScalingFamily family, StudyTable rules) =>
        new($"Best learning rate{(family.Name.Length > 0 ? $" ({family.Name})" : "")}", GridReading.Rates(family))
        {
            Charts = family.Groups.Any(group => group.LearningRate is not null) ? [GridCharts.Rates(family)] : [],
            Tables = family.Rates is not null ? [CellText.Table(rules)] : [],
        };

    private static ReportSection Curves(GroupSummary[] groups) => new(
        "Loss over training", "One trial of each group, as far as it went. Where curves cross, what is best depends on how long one trains.")
    {
        Charts = groups.Any(group => group.Trials.Count > 0 && group.Trials[0].Curve.Count > 0)
            ? [GridCharts.Along(groups, "Validation loss over training", "validation loss", point => point.ValidationLoss)]
            : [],
    };
}
