using System.Diagnostics;

namespace DistSgd.Learning.Tests.Support;

internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a program to its end and returns what it wrote; fails with its errors if it did not end well.</summary>
    public static string Run(ProcessStartInfo start, string input = "")
    {
        (int exitCode, string output, string errors) = Finish(start, input);
        exitCode.ShouldBe(0, errors);
        return output;
    }

    public static (int ExitCode, string Output, string Errors) Finish(ProcessStartInfo start, string input)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;

        // Both pipes are drained while the input is written, so that none of the three can fill up and block.
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading; its exit code and errors tell why.
        }

        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} has not ended after {Patience.TotalMinutes} minutes.");
        }

        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }
}
