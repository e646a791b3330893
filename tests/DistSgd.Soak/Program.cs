using System.Globalization;
using DistSgd.Soak;

// Trains on a cluster for minutes while its processes are killed and frozen at random, and asks for the bits of an undisturbed run
// and for flat memory:
// dotnet run -c Release --project tests/DistSgd.Soak -- MINUTES [--seed N]
if (args is not [var text, ..] || !double.TryParse(text, CultureInfo.InvariantCulture, out double minutes) || minutes <= 0)
{
    Console.Error.WriteLine("usage: DistSgd.Soak MINUTES [--seed N]");
    return 2;
}

int seed = args is [_, "--seed", var number] && int.TryParse(number, CultureInfo.InvariantCulture, out int given) ? given : 1;
try
{
    new ClusterSoak(seed).Run(TimeSpan.FromMinutes(minutes));
    return 0;
}
catch (SoakException found)
{
    Console.Error.WriteLine($"seed {seed}: {found.Message}");
    return 1;
}
