using System.Globalization;
using DistSgd.Fuzz;
using DistSgd.Fuzz.Frames;
using DistSgd.Fuzz.Sockets;
using DistSgd.Testing.Hosts.Nodes;

// Feeds hostile input to the parts of DistSgd that read what others sent:
// dotnet run -c Release --project tests/DistSgd.Fuzz -- frames 1000000 [--seed N]
// dotnet run -c Release --project tests/DistSgd.Fuzz -- sockets 10000 [--seed N]
if (args is not ["frames" or "sockets", _, ..] || !int.TryParse(args[1], CultureInfo.InvariantCulture, out int inputs) || inputs < 1)
{
    Console.Error.WriteLine("usage: DistSgd.Fuzz frames INPUTS [--seed N]\n       DistSgd.Fuzz sockets CONNECTIONS [--seed N]");
    return 2;
}

int seed = args is [_, _, "--seed", string text] && int.TryParse(text, CultureInfo.InvariantCulture, out int given) ? given : 1;
try
{
    Console.WriteLine(args[0] == "frames" ? FuzzFrames() : FuzzSockets());
    return 0;
}
catch (Exception found) when (found is FuzzException or Shouldly.ShouldAssertException or TimeoutException)
{
    Console.Error.WriteLine($"seed {seed}: {found}");
    return 1;
}

string FuzzFrames()
{
    var fuzzer = new FrameFuzzer(seed);
    fuzzer.Run(inputs);
    return $"{inputs} inputs with seed {seed}: {fuzzer.Accepted} accepted, {fuzzer.Incomplete} incomplete, "
        + string.Join(", ", fuzzer.Refused.Select(refused => $"{refused.Value} {refused.Key}"))
        + $"; at most {fuzzer.AllocatedBytes} bytes allocated by one";
}

string FuzzSockets()
{
    var fuzzer = new SocketFuzzer(seed);
    fuzzer.Run(inputs, NodePlaces.Tcp());
    return fuzzer.Summary();
}
