// Measures how fast DistSgd is, layer by layer and against its peers. Without arguments: everything. Arguments: names of sections,
// and a number of rounds.
using DistSgd.Benchmarks.Layers;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Numerics.Vectors;

var sections = new (string Name, Action<int> Run)[]
{
    ("products", ProductBenchmark.Run),
    ("phases", PhaseBenchmark.Run),
    ("steps", TrainingBenchmark.OneWorker),
    ("threads", TrainingBenchmark.TwoWorkers),
    ("cluster", ClusterBenchmark.Run),
    ("engines", EngineBenchmark.Run),
    ("curvature", CurvatureBenchmark.Run),
    ("wire", WireBenchmark.Run),
    ("monitor", static rounds =>
    {
        MonitorBenchmark.Run(rounds);
        MonitorCost.Run(rounds);
    }),
    ("noise", NoiseCost.Run),
};
string[] names = [.. args.Where(a => !int.TryParse(a, out _))];
if (names.FirstOrDefault(name => sections.All(s => s.Name != name)) is { } unknown)
{
    Console.Error.WriteLine($"{unknown}: unknown section; expected {string.Join(", ", sections.Select(s => s.Name))}, or a number of rounds.");
    return ExitCodes.BadInput;
}

int rounds = args.Select(a => int.TryParse(a, out int n) ? n : 0).FirstOrDefault(n => n > 0, Contest.DefaultRounds);
Console.WriteLine($"{Machine.Processor}, {Environment.ProcessorCount} cores, {VectorPath.Bits}-bit vectors, {Machine.Runtime}");
Console.WriteLine();
try
{
    foreach ((string name, Action<int> run) in sections)
    {
        if (names.Length == 0 || names.Contains(name))
        {
            run(rounds);
        }
    }
}
catch (InputException e)
{
    Console.Error.WriteLine(e.Message);
    return ExitCodes.BadInput;
}

return ExitCodes.Done;
