using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistSgd.Learning;

namespace DistSgd.Studies.Trials;

/// <summary>The results of a study, a line each, appended as they come; what a study is resumed from. One process writes it at a time.</summary>
public sealed class TrialLog : IDisposable
{
    /// <summary>Its name in the study's folder.</summary>
    public const string FileName = "trials.jsonl";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private readonly FileStream _stream;
    private readonly Dictionary<string, TrialResult> _results = [];

    private TrialLog(FileStream stream) => _stream = stream;

    /// <summary>The results by <see cref="Trial.Key"/>.</summary>
    public IReadOnlyDictionary<string, TrialResult> Results => _results;

    /// <summary>Begins a log, or goes on with the one that is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">What the study is; a log of another study is refused.</param>
    /// <returns>The log with the results that it has.</returns>
    /// <exception cref="InputException">It is of another study, damaged, in use, or cannot be written.</exception>
    public static TrialLog Open(string path, TrialLogHeader header)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var log = new TrialLog(stream);
            log.Read(path, header);
            return log;
        }
        catch (Exception e)
        {
            stream?.Dispose();
            throw e is IOException or UnauthorizedAccessException
                ? new InputException($"{path}: cannot be used, perhaps another process carries the study on: {e.Message.TrimEnd('.')}", e)
                : e;
        }
    }

    /// <summary>Appends a result; when this returns, a crash no longer loses it.</summary>
    /// <param name="result">The result.</param>
    public void Add(TrialResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        WriteLine(JsonSerializer.Serialize(result, Options));
        _results[result.Key] = result;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Read(string path, TrialLogHeader header)
    {
        using var reader = new StreamReader(_stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        string text = reader.ReadToEnd();
        int end = text.LastIndexOf('\n') + 1;
        string[] lines = text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < lines.Length; i++)
        {
            if (i == 0)
            {
                RequireSame(path, header, Parse<TrialLogHeader>(path, 1, lines[0]));
            }
            else
            {
                TrialResult result = Parse<TrialResult>(path, i + 1, lines[i]);
                _results[result.Key] = result;
            }
        }

        // The last line of a process that was killed while it wrote.
        _stream.SetLength(Encoding.UTF8.GetByteCount(text[..end]));
        _stream.Seek(0, SeekOrigin.End);
        if (lines.Length == 0)
        {
            WriteLine(JsonSerializer.Serialize(header, Options));
        }
    }

    private static void RequireSame(string path, TrialLogHeader expected, TrialLogHeader found)
    {
        if (found.Digest != expected.Digest)
        {
            throw new InputException(
                $"{path}:1: holds trials of another study, '{found.Study}': its settings or its run have changed since. "
                + "Expected those of the given file; choose another folder, or the file that the study was begun with.");
        }

        if (found.Data != expected.Data)
        {
            throw new InputException($"{path}:1: the data have changed since the study was begun: found SHA-256 {expected.Data}, expected {found.Data}.");
        }
    }

    private static T Parse<T>(string path, int line, string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            string expected = line == 1 ? "the head of a study's log" : "the result of a trial";
            throw new InputException($"{path}:{line}: cannot be read; expected {expected}. Remove the line, and its trial is run again.", e);
        }
    }

    private void WriteLine(string text)
    {
        _stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
        _stream.Flush(flushToDisk: true);
    }
}

/// <summary>First line of a study's log.</summary>
/// <param name="Study">Name of the study.</param>
/// <param name="Digest">Digest of everything that decides its trials.</param>
/// <param name="Data">Digests of its data sets.</param>
/// <param name="ProductVersion">Version of the product that began it.</param>
public sealed record TrialLogHeader(
    [property: JsonRequired] string Study, [property: JsonRequired] string Digest, [property: JsonRequired] string Data, string ProductVersion);
