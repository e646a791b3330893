using System.Globalization;
using DistSgd.Fuzz.Frames;

// Feeds hostile input to the parts of DistSgd that read what others sent:
// dotnet run -c Release --project tests/DistSgd.Fuzz -- frames 1000000 [--seed N]
if (args is not ["frames", _, ..] || !int.TryParse(args[1], CultureInfo.InvariantCulture, out int inputs) || inputs < 1)
{
    Console.Error.WriteLine("usage: DistSgd.Fuzz frames INPUTS [--seed N]");
    return 2;
}

int seed = args is [_, _, "--seed", string text] && int.TryParse(text, CultureInfo.InvariantCulture, out int given) ? given : 1;
var fuzzer = new FrameFuzzer(seed);
try
{
    fuzzer.Run(inputs);
}
catch (FuzzException found)
{
    Console.Error.WriteLine($"seed {seed}: {found}");
    return 1;
}

Console.WriteLine(
    $"{inputs} inputs with seed {seed}: {fuzzer.Accepted} accepted, {fuzzer.Incomplete} incomplete, "
    + string.Join(", ", fuzzer.Refused.Select(refused => $"{refused.Value} {refused.Key}"))
    + $"; at most {fuzzer.AllocatedBytes} bytes allocated by one");
return 0;
