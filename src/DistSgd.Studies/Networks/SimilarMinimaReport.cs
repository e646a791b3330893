using DistSgd.Reports;
using DistSgd.Reports.Charts;
using static DistSgd.Studies.Landscapes.Claims.ClaimCheck;
using static DistSgd.Studies.Output.CellText;

namespace DistSgd.Studies.Networks;

/// <summary>What <see cref="SimilarMinimaStudy"/> measured, in tables, a chart and words.</summary>
/// <param name="landings">The wide net, the narrow net, Rastrigin's function.</param>
/// <param name="recipe">How the nets were trained.</param>
/// <param name="isStandard">False if the user changed the training, about which the tutorials then say nothing.</param>
internal sealed class SimilarMinimaReport(IReadOnlyList<Landing> landings, TrainingRecipe recipe, bool isStandard)
{
    private const double NearlyAsGood = 0.05; // of the height before

    private Landing Wide => landings[0];

    private Landing Narrow => landings[1];

    private Landing Rastrigin => landings[2];

    /// <summary>The result of the study.</summary>
    /// <param name="command">The command that makes it anew.</param>
    /// <returns>The result.</returns>
    public StudyResult Write(string command) => new()
    {
        Name = "landscape-similar-minima",
        Title = "Are all minima alike?",
        Summary = Reading(),
        Command = command,
        Tables = [SpreadTable(), RunTable()],
        Sections =
        [
            new ReportSection("How high descents end", Reading()) { Charts = [Chart()], Tables = [Table(SpreadTable()), Table(RunTable())] },
        ],
        Claims = isStandard ? [.. Claims()] : [],
    };

    private string Reading() =>
        $"Ten trainings of a net of {Wide.Parameters} parameters on {SimilarMinimaStudy.Examples} examples end at losses from "
        + $"{Number(Wide.Heights.Min())} to {Number(Wide.Heights.Max())}. No loss is below 0, so at most {Percent(Wide.Missing[^1])} of the way "
        + $"down from guessing ({Number(Wide.Before)}) is missing to any of them. With {Narrow.Parameters} parameters they end between "
        + $"{Number(Narrow.Heights.Min())} and {Number(Narrow.Heights.Max())}, and on Rastrigin's function between "
        + $"{Number(Rastrigin.Heights.Min())} and {Number(Rastrigin.Heights.Max())}, half of them above {Percent(Rastrigin.Median)} of the mean "
        + "height of the starts. What makes minima alike is room, not luck. This is one small problem and ten starts: it shows "
        + "the statement at work and does not prove it of large nets.";

    private IEnumerable<SeedClaim> Claims()
    {
        string ours = $"{SimilarMinimaStudy.Runs} trainings of {Wide.Parameters} parameters on {SimilarMinimaStudy.Examples} examples end within "
            + $"{Percent(Wide.Missing[^1])} of the way down; of {Narrow.Parameters} parameters their losses spread over {Percent(Narrow.Spread)} "
            + $"of it, and half of Rastrigin's minima miss {Percent(Rastrigin.Median)} of it and more";
        bool holds = Wide.Missing[^1] < NearlyAsGood && Narrow.Spread > NearlyAsGood && Rastrigin.Median > NearlyAsGood;
        yield return Holds(
            "000", "For overparameterized networks most local minima are nearly as good as the global minimum", ours, holds);
        yield return Holds("001", "In high dimensions most local minima are nearly as good as the global minimum", ours, holds);
        yield return Holds("002", "There are many local minima, but they tend to have similar loss values in large networks", ours, holds);
        yield return Holds("003", "A network's loss has many local minima, but they often have similar loss values", ours, holds);
    }

    private StudyTable SpreadTable() => new(
        "spread",
        $"Heights where descents end; nets after {recipe.Steps} steps of batch {recipe.Batch}",
        ["landscape", "parameters", "runs", "height_before", "lowest", "median", "highest", "median_missing", "highest_missing", "spread"],
        [.. landings.Select(landing => (object?[])
        [
            landing.Name, landing.Parameters, landing.Heights.Length, landing.Before, landing.Heights.Min(),
            landing.Median * landing.Before, landing.Heights.Max(), landing.Median, landing.Missing[^1], landing.Spread,
        ])]);

    private StudyTable RunTable() => new(
        "runs",
        "The trainings",
        ["landscape", "run", "loss", "accuracy"],
        [.. landings.Where(landing => landing.Accuracies is not null).SelectMany(landing => landing.Heights.Select((height, run) => (object?[])
            [landing.Name, run + 1, height, landing.Accuracies![run]]))]);

    private LineChart Chart() => new()
    {
        Title = "Part of the way down that is missing",
        Description = "Heights of the ends over the height before, in ascending order, for a wide net, a narrow net and Rastrigin's function.",
        X = new Axis("Runs in ascending order, part of all"),
        Y = new Axis("Height / height before") { IsLogarithmic = true },
        Curves = [.. landings.Select(landing => new Curve(
            $"{landing.Name}, {landing.Parameters} parameters",
            [.. landing.Missing.Select((_, rank) => (rank + 1.0) / landing.Missing.Length)],
            [.. landing.Missing.Select(part => part > 0 ? part : double.NaN)])
        {
            Style = CurveStyle.LineAndMarkers,
        })],
    };
}
