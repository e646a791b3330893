using System.Text.Json;
using DistSgd.Learning;

namespace DistSgd.Hosting.Runs;

/// <summary>The results of a run, <c>summary.json</c>. Losses are means over examples, accuracies fractions from 0 to 1.</summary>
public sealed record RunSummary
{
    /// <summary>Name of the run in its config.</summary>
    public required string Name { get; init; }

    /// <summary>How it ended: completed, early_stopped, stopped_by_monitor, interrupted or failed.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it ended so, in a sentence; null if it simply completed.</summary>
    public string? Reason { get; init; }

    /// <summary>Exit code of the program.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Number of completed steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Passes over the training part, fractions included.</summary>
    public required double Epochs { get; init; }

    /// <summary>Time of training in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training examples a second.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Mean training loss, of the last steps; null if no step was taken.</summary>
    public double? TrainLoss { get; init; }

    /// <summary>Training accuracy, of the last steps; null for regression.</summary>
    public double? TrainAccuracy { get; init; }

    /// <summary>Validation loss; null without a validation part.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Validation accuracy; null without a validation part and for regression.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Test loss; null without a test part.</summary>
    public double? TestLoss { get; init; }

    /// <summary>Test accuracy; null without a test part and for regression.</summary>
    public double? TestAccuracy { get; init; }

    /// <summary>Number of trainable parameters.</summary>
    public required int Parameters { get; init; }

    /// <summary>Digest of the final parameters, see <see cref="Training.Checkpoints.ParametersHash"/>.</summary>
    public required string ParametersSha256 { get; init; }

    /// <summary>Number of workers.</summary>
    public required int Workers { get; init; }

    /// <summary>Number of shards.</summary>
    public required int Shards { get; init; }

    /// <summary>Vector width of the kernels in bits: 512, 256 or 128.</summary>
    public required int VectorBits { get; init; }

    /// <summary>Number of alerts of each rule that raised any.</summary>
    public required IReadOnlyDictionary<string, int> Alerts { get; init; }

    /// <summary>When the run was started first.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>Reads the summary of a run that may have none.</summary>
    /// <param name="path">The file; it need not exist.</param>
    /// <param name="damaged">Told what is wrong with a file that is there.</param>
    /// <returns>The summary; null if there is none that can be read.</returns>
    public static RunSummary? Find(string path, Action<string>? damaged = null)
    {
        try
        {
            return File.Exists(path) ? Read(path) : null;
        }
        catch (InputException e)
        {
            damaged?.Invoke(e.Message);
            return null;
        }
    }

    /// <summary>Reads a summary.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="InputException">The file cannot be read or is no summary.</exception>
    public static RunSummary Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<RunSummary>(File.ReadAllText(path), RunJson.Options)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            string line = e.LineNumber is { } number ? $":{number + 1}" : "";
            throw new InputException($"{path}{line} is damaged: not the summary of a run.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>The summary as JSON: snake_case, indented, NaN and infinities as strings.</summary>
    /// <returns>The text, without a final line end.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Options);

    /// <summary>Writes the summary; an old file is replaced only once the new one is on the disk.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        JsonSerializer.Serialize(stream, this, RunJson.Options);
        stream.WriteByte((byte)'\n');
    });
}
