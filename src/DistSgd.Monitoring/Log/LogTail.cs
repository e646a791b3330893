using System.Text.Json;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Log;

/// <summary>Follows a log while it is written: each reading gives the events that have come since the one before.</summary>
/// <remarks>
/// <para>Only whole lines count; a last line that is still being written waits for the next reading. The file need not exist yet. One that
/// was cut or written anew, because its run began again, is read from its start; <see cref="WasRewritten"/> says so.</para>
/// <para>An event is handed out once and cannot be taken back: after a <see cref="RunResumed"/> it is the caller who drops earlier events
/// with a greater step. <see cref="LogReader"/> does that for a log that is read as a whole.</para>
/// </remarks>
public sealed class LogTail
{
    /// <summary>So many bytes of its start tell a log from another one: they hold the time of its first event.</summary>
    private const int HeadBytes = 4096;

    private readonly string _path;
    private readonly List<LogProblem> _problems = [];
    private byte[] _head = [];
    private long _position;

    // Size of the file when it was last read to its end. While it stays the same the file is not even opened: most looks find nothing new.
    private long _exhaustedAt = -1;
    private long _lines;

    /// <summary>Prepares to follow a log from its start.</summary>
    /// <param name="path">Path of the file; it need not exist.</param>
    public LogTail(string path) => _path = path;

    /// <summary>The lines that could not be used since the log began.</summary>
    public IReadOnlyList<LogProblem> Problems => _problems;

    /// <summary>Whether the last reading found another log in place of the one it knew, and began with its first line.</summary>
    public bool WasRewritten { get; private set; }

    /// <summary>Reads what has come since the last reading; the file is open only while the events are enumerated.</summary>
    /// <returns>The new events in the order of the file; those that are not enumerated come again.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public IEnumerable<TrainingEvent> ReadNew()
    {
        WasRewritten = false;
        if (new FileInfo(_path) is { Exists: true } info && info.Length == _exhaustedAt)
        {
            yield break;
        }

        using FileStream? file = TryOpen();
        if (file is null)
        {
            yield break;
        }

        long size = file.Length;
        var lines = new LineReader(file);
        while (TryReadLine(lines, out ReadOnlyMemory<byte> line))
        {
            if (Parse(line.Span) is { } trainingEvent)
            {
                yield return trainingEvent;
            }
        }

        _exhaustedAt = size;
    }

    /// <summary>Passes over the whole lines that are there already, so that the next reading gives only what comes later.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public void SkipExisting()
    {
        using FileStream? file = TryOpen();
        if (file is not null)
        {
            var lines = new LineReader(file);
            while (TryReadLine(lines, out _))
            {
            }
        }
    }

    /// <summary>Opens the file where the last reading ended, or at its start if it is not the file of the last reading any more.</summary>
    private FileStream? TryOpen()
    {
        FileStream? file = null;
        try
        {
            file = LogReader.Open(_path);
            byte[] head = ReadHead(file);
            if (file.Length < _position || !head.AsSpan().StartsWith(_head))
            {
                WasRewritten = true;
                _position = 0;
                _lines = 0;
                _problems.Clear();
            }

            _head = head;
            file.Position = _position;
            return file;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    private static byte[] ReadHead(FileStream file)
    {
        byte[] head = new byte[HeadBytes];
        return head[..file.ReadAtLeast(head, HeadBytes, throwOnEndOfStream: false)];
    }

    private bool TryReadLine(LineReader lines, out ReadOnlyMemory<byte> line)
    {
        // Of a line that is longer than any event the reader hands out pieces. They are passed over, or they would be read for ever.
        if (!lines.TryRead(out line) || !(lines.LineIsComplete || line.Length == LineReader.MaxLineBytes))
        {
            return false;
        }

        _position += line.Length + (lines.LineIsComplete ? 1 : 0);
        _lines += lines.LineIsComplete ? 1 : 0;
        return true;
    }

    private TrainingEvent? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return LogReader.ParseLine(line, _path, _lines, _problems);
        }
        catch (JsonException e)
        {
            _problems.Add(LogReader.NoEvent(_path, _lines, e));
            return null;
        }
    }
}
