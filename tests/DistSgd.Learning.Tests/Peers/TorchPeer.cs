using System.Diagnostics;
using System.Text.Json;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;

namespace DistSgd.Learning.Tests.Peers;

/// <summary>Runs the programs of tests/peers; skips the calling test where PyTorch is missing.</summary>
internal static class TorchPeer
{
    private const string Python = "/usr/bin/python3";
    private const int SkippedExitCode = 77;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static TAnswer Ask<TAnswer>(string script, object question)
    {
        Skip.IfNot(File.Exists(Python), $"{Python} does not exist; install python3-torch to compare with PyTorch.");
        var start = new ProcessStartInfo(Python);
        start.ArgumentList.Add("-B"); // leaves no compiled files beside the tests
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "peers", script));
        (int exitCode, string output, string errors) = ChildProcess.Finish(start, JsonSerializer.Serialize(question, Json));
        Skip.If(exitCode == SkippedExitCode, $"{errors.Trim()}; install python3-torch to compare with PyTorch.");
        exitCode.ShouldBe(0, errors);
        return JsonSerializer.Deserialize<TAnswer>(output, Json)!;
    }

    /// <summary>Rows of a row-major matrix.</summary>
    public static float[][] Rows(float[] matrix, int width) => [.. matrix.Chunk(width)];

    /// <summary>The JSON of a model; property names and enum names are those that mlp.py reads.</summary>
    public static Dictionary<string, object> Describe(MlpArchitecture architecture, float[] canonicalParameters) => new()
    {
        ["activation"] = architecture.Activation.ToString(),
        ["loss"] = architecture.Loss.ToString(),
        ["widths"] = architecture.Widths,
        ["parameters"] = canonicalParameters,
    };
}
