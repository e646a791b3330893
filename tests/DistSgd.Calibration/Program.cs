// Trains a corpus of healthy and faulty runs and says how well the monitor's rules tell them apart: precision, recall and delay of each.
using System.Globalization;
using DistSgd.Calibration;

string root = AppContext.BaseDirectory;
while (!File.Exists(Path.Combine(root, "DistSgd.sln")))
{
    root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException($"{AppContext.BaseDirectory}: not inside the repository; the corpus needs its configs.");
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("distsgd-calibration-");
try
{
    Outcome[] outcomes = [.. Corpus.All.Select((run, i) =>
    {
        Outcome outcome = Outcome.Of(run, Path.Combine(root, "configs"), Path.Combine(folder.FullName, $"{i}"));
        string said = string.Join(", ", outcome.First.Select(first => string.Create(CultureInfo.InvariantCulture, $"{first.Key} {first.Value}")).DefaultIfEmpty("nothing"));
        string wrong = string.Concat(outcome.Missed.Select(rule => $"; MISSED {rule}")) + string.Concat(outcome.False.Select(rule => $"; FALSE {rule}"));
        Console.WriteLine($"{run.Name,-58} {said}{wrong}");
        return outcome;
    })];

    Console.WriteLine();
    Console.WriteLine($"{"rule",-20}{"must",6}{"found",7}{"false",7}{"precision",11}{"recall",8}{"median step",13}");
    foreach (string rule in outcomes.SelectMany(outcome => outcome.Run.Expected.Concat(outcome.First.Keys)).Distinct().Order(StringComparer.Ordinal))
    {
        int must = outcomes.Count(outcome => outcome.Run.Expected.Contains(rule));
        long[] found = [.. outcomes.Where(outcome => outcome.Run.Expected.Contains(rule) && outcome.First.ContainsKey(rule)).Select(outcome => outcome.First[rule]).Order()];
        int wrong = outcomes.Count(outcome => outcome.False.Contains(rule));
        string Share(int part, int all) => all == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{(double)part / all:F2}");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{rule,-20}{must,6}{found.Length,7}{wrong,7}{Share(found.Length, found.Length + wrong),11}{Share(found.Length, must),8}{(found.Length > 0 ? found[found.Length / 2] : "-"),13}"));
    }

    Outcome[] healthy = [.. outcomes.Where(outcome => outcome.Run.Expected.Length == 0)];
    Console.WriteLine($"{outcomes.Length} runs; of {healthy.Length} healthy ones {healthy.Count(outcome => outcome.First.Count > 0)} raised an alert");
    return outcomes.Any(outcome => outcome.Missed.Any() || outcome.False.Any()) ? 1 : 0;
}
finally
{
    folder.Delete(recursive: true);
}
