// Plants known bugs into a copy of the sources, one at a time, and says at which seed the simulator finds each. Argument: the last seed.
using System.Globalization;
using DistSgd.Mutants;

const int SeedsMax = 1000;
string seeds = args.Length > 0 ? args[0] : SeedsMax.ToString(CultureInfo.InvariantCulture);
string folder = Path.Combine(Path.GetTempPath(), $"distsgd-mutants-{Environment.ProcessId}");
try
{
    Console.Error.WriteLine("building a copy of the sources with all mutants in it");
    string runner = MutantBuild.Create(SourceTree.Root, folder);
    var found = new MutantResult[MutantCatalog.All.Count + 1];
    Parallel.For(0, found.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, number =>
        found[number] = MutantResult.Of(runner, number, seeds));

    Console.WriteLine($"{"mutant",-58}  {"seed",4}  what broke");
    for (int number = 0; number < found.Length; number++)
    {
        Console.WriteLine($"{(number == 0 ? "none" : MutantCatalog.All[number - 1].Name),-58}  {found[number]}");
    }

    int count = found.Skip(1).Count(result => result.Problem is not null);
    Console.WriteLine($"{count} of {found.Length - 1} mutants found within {seeds} seeds");
    return count == found.Length - 1 && found[0].Problem is null ? 0 : 1;
}
finally
{
    if (Directory.Exists(folder))
    {
        Directory.Delete(folder, recursive: true);
    }
}
