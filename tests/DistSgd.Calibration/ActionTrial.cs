using System.Globalization;
using System.Text.Json.Nodes;

namespace DistSgd.Calibration;

/// <summary>A faulty run, the rule that finds the fault, and the action that should mend it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Rule">The rule, as <c>monitor.actions</c> names it.</param>
/// <param name="Advised">The action that the advice names first.</param>
internal sealed record ActionTrial(CorpusRun Run, string Rule, string Advised)
{
    private const int RandomActions = 3;

    private static readonly string[] Actions = ["lower_rate", "raise_rate", "add_momentum", "clip", "rollback", "perturb"];

    /// <summary>Trains it with nothing done, with the advised action and with actions drawn at random.</summary>
    /// <param name="trial">Trains a run.</param>
    /// <param name="folder">Where the folders go.</param>
    /// <param name="random">Draws the actions.</param>
    /// <returns>The final training loss of each; that of the random actions is their median.</returns>
    public (double Nothing, double Advised, double Random, string Drawn) Compare(TrialRun trial, string folder, Random random)
    {
        int number = 0;
        double Loss(string? action) => Final(trial.Train(
            Run, Path.Combine(folder, $"{number++}"), action is null ? [] : [$"monitor.actions.{Rule}={action}", "monitor.actions.pause=300"]));

        string[] drawn = [.. Actions.Where(action => action != Advised)];
        random.Shuffle(drawn);
        drawn = drawn[..RandomActions];
        double[] byChance = [.. drawn.Select(Loss).Order()];
        return (Loss(null), Loss(Advised), byChance[RandomActions / 2], string.Join(", ", drawn));
    }

    // A run that ended with a loss that is no number, or that the monitor had to stop, is as bad as can be.
    private static double Final(JsonObject summary) =>
        summary["train_loss"] is JsonValue value && double.TryParse($"{value}", CultureInfo.InvariantCulture, out double loss) && double.IsFinite(loss)
            ? loss
            : double.PositiveInfinity;
}
