// Trains a corpus of healthy and faulty runs and says how well the monitor's rules tell them apart: precision, recall and delay of each. Then lets
// the server act on alerts, and compares that with doing nothing and with actions drawn at random.
using System.Globalization;
using DistSgd.Calibration;

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "DistSgd.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory}: not inside the repository; the corpus needs its configs.");
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("distsgd-calibration-");
var trial = new TrialRun(Path.Combine(root, "configs"));
try
{
    Outcome[] outcomes = args is ["actions"] ? [] : [.. Corpus.All.Where(run => args is not [var part] || run.Name.Contains(part, StringComparison.Ordinal)).Select((run, i) =>
    {
        string runFolder = Path.Combine(folder.FullName, $"{i}");
        trial.Train(run, runFolder);
        var outcome = Outcome.Of(run, runFolder);
        Directory.Delete(runFolder, recursive: true);
        string said = string.Join(", ", outcome.First.Select(first => Say($"{first.Key} {first.Value}")).DefaultIfEmpty("nothing"));
        string wrong = string.Concat(outcome.Missed.Select(rule => $"; MISSED {rule}")) + string.Concat(outcome.False.Select(rule => $"; FALSE {rule}"));
        Console.WriteLine($"{run.Name,-58} {said}{wrong}");
        return outcome;
    })];

    Console.WriteLine();
    Console.WriteLine($"{"rule",-22}{"must",6}{"found",7}{"false",7}{"precision",11}{"recall",8}{"median delay",14}");
    foreach (string rule in outcomes.SelectMany(outcome => outcome.Run.Expected.Concat(outcome.First.Keys)).Distinct().Order(StringComparer.Ordinal))
    {
        int must = outcomes.Count(outcome => outcome.Run.Expected.Contains(rule));
        long[] found = [.. outcomes.Where(outcome => outcome.Run.Expected.Contains(rule) && outcome.First.ContainsKey(rule)).Select(outcome => outcome.Delay(rule)).Order()];
        int wrong = outcomes.Count(outcome => outcome.False.Contains(rule));
        string Share(int part, int all) => all == 0 ? "-" : Say($"{(double)part / all:F2}");
        Console.WriteLine(Say(
            $"{rule,-22}{must,6}{found.Length,7}{wrong,7}{Share(found.Length, found.Length + wrong),11}{Share(found.Length, must),8}{(found.Length > 0 ? found[found.Length / 2] : "-"),14}"));
    }

    Outcome[] healthy = [.. outcomes.Where(outcome => outcome.Run.Expected.Length == 0)];
    Console.WriteLine($"{outcomes.Length} runs; of {healthy.Length} healthy ones {healthy.Count(outcome => outcome.First.Count > 0)} raised an alert");
    if (args is [not "actions"])
    {
        return 0;
    }

    Console.WriteLine();
    Console.WriteLine($"{"training loss at the end",-44}{"rule",-20}{"action",-14}{"nothing",10}{"action",10}{"random",10}");
    var random = new Random(1);
    bool helps = true;
    foreach ((ActionTrial action, int i) in Corpus.Actions.Select((action, i) => (action, i)))
    {
        var (nothing, advised, chance, drawn) = action.Compare(trial, Path.Combine(folder.FullName, $"action-{i}"), random);
        Console.WriteLine(Say($"{action.Run.Name,-44}{action.Rule,-20}{action.Advised,-14}{nothing,10:G3}{advised,10:G3}{chance,10:G3}  ({drawn})"));
        helps &= advised < nothing && advised <= chance;
    }

    return outcomes.Any(outcome => outcome.Missed.Any() || outcome.False.Any()) || !helps ? 1 : 0;
}
finally
{
    folder.Delete(recursive: true);
}

static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
