using System.Diagnostics;
using System.Text.Json;

namespace DistSgd.Training.Tests.Wire.Peers;

/// <summary>Python's msgpack, an implementation that shares nothing with ours; skips the calling test where it is missing.</summary>
internal static class MessagePackPeer
{
    private const string Python = "/usr/bin/python3";
    private const int SkippedExitCode = 77;
    private const int PatienceMs = 60_000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>What it reads in each of some values, and how it writes that.</summary>
    public static Value[] Read(IEnumerable<string> hex) => Ask<Value[]>(hex.ToArray());

    /// <summary>Values that it writes.</summary>
    public static Value[] Write(int seed, int count, bool single) => Ask<Value[][]>(new[] { new { seed, count, single } })[0];

    private static TAnswer Ask<TAnswer>(object question)
    {
        Skip.IfNot(File.Exists(Python), $"{Python} does not exist; install python3-msgpack to compare with it.");
        var start = new ProcessStartInfo(Python);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.ArgumentList.Add("-B"); // leaves no compiled files beside the tests
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "peers", "msgpack_values.py"));
        using Process process = Process.Start(start)!;

        // The pipes are drained while the question is written, so that none of them can fill up and block.
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(JsonSerializer.Serialize(question, Json));
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code and errors tell why.
        }

        if (!process.WaitForExit(PatienceMs))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("Python's msgpack has not answered.");
        }

        string why = errors.GetAwaiter().GetResult().Trim();
        Skip.If(process.ExitCode == SkippedExitCode, $"{why}; install python3-msgpack to compare with it.");
        process.ExitCode.ShouldBe(0, why);
        return JsonSerializer.Deserialize<TAnswer>(output.GetAwaiter().GetResult(), Json)!;
    }

    /// <summary>A value as text and as MessagePack, in hexadecimal.</summary>
    internal sealed record Value([property: System.Text.Json.Serialization.JsonPropertyName("value")] string Text, string Bytes);
}
