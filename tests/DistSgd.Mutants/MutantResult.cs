using System.Diagnostics;
using System.Globalization;

namespace DistSgd.Mutants;

/// <summary>What the simulator found of one mutant.</summary>
/// <param name="Seed">The seed at which it was found, or the last one.</param>
/// <param name="Problem">What broke; null if it survived.</param>
internal sealed record MutantResult(string Seed, string? Problem)
{
    // A seed takes some milliseconds; a mutant may loop for ever between two happenings.
    private static readonly TimeSpan SeedLimit = TimeSpan.FromSeconds(20);

    /// <summary>Simulates seeds with a mutant at work.</summary>
    /// <param name="runner">The program that does.</param>
    /// <param name="number">Number of the mutant; 0 for none.</param>
    /// <param name="seeds">The last seed.</param>
    /// <returns>What was found.</returns>
    public static MutantResult Of(string runner, int number, string seeds)
    {
        var start = new ProcessStartInfo("dotnet", [runner, seeds]) { RedirectStandardOutput = true };
        start.Environment[MutantBuild.Variable] = number.ToString(CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        string seed = "";
        while (true)
        {
            Task<string?> line = process.StandardOutput.ReadLineAsync();
            if (!line.Wait(SeedLimit))
            {
                process.Kill();
                return new MutantResult(seed, "the simulation never came back");
            }

            if (line.Result is null)
            {
                process.WaitForExit();
                return new MutantResult(seed, process.ExitCode == 0 ? null : $"the process ended with {process.ExitCode}");
            }

            if (!line.Result.All(char.IsAsciiDigit))
            {
                process.WaitForExit();
                return new MutantResult(seed, line.Result);
            }

            seed = line.Result;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Problem is null ? $"{"",4}  -" : $"{Seed,4}  {Problem}";
}
