using System.Text.Json;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace DistSgd.Hosting.Logging;

/// <summary>
/// Writes the events of a run to its log. A thread of its own does the writing; nothing is dropped: when it cannot keep up,
/// <see cref="Write"/> waits.
/// </summary>
/// <remarks>Safe for use by several threads; events are written in the order of the calls.</remarks>
public sealed class RunLogWriter : IDisposable
{
    private readonly string _path;
    private readonly LogThread _thread;
    private readonly object _gate = new();
    private long _written;
    private bool _disposed;

    /// <summary>Opens a log to append to it; what a crash left of a last line is cut off first, so that every line is an event.</summary>
    /// <param name="path">Path of the file; its directory must exist.</param>
    /// <exception cref="InputException">The file cannot be opened for writing.</exception>
    public RunLogWriter(string path)
    {
        _path = path;
        _thread = new LogThread(OpenFile(path));
    }

    /// <summary>Why the log is incomplete: message of the first write that failed, a full disk for instance; null if none did.</summary>
    public string? Error =>
        _thread.Failure is { } failure ? $"{_path}: the log could not be written: {failure.GetBaseException().Message}" : null;

    /// <summary>Writes an event.</summary>
    /// <param name="trainingEvent">The event.</param>
    /// <exception cref="IOException">An earlier write failed; see <see cref="Error"/>.</exception>
    public void Write(TrainingEvent trainingEvent)
    {
        ThrowIfFailed();
        LogEvent logEvent = LogEventConverter.ToLogEvent(trainingEvent);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _written++;
            _thread.Enqueue(logEvent);
        }
    }

    /// <summary>Waits until every event written so far is in the file.</summary>
    /// <exception cref="IOException">A write failed, see <see cref="Error"/>, or the file is no longer where it was opened.</exception>
    public void Flush()
    {
        long written;
        lock (_gate)
        {
            written = _written;
        }

        _thread.WaitFor(written);
        ThrowIfFailed();

        // An open file can be written to long after its name is gone; nobody would ever read it.
        if (!File.Exists(_path))
        {
            throw new IOException($"{_path}: the log was deleted or moved while the run was writing it");
        }
    }

    /// <summary>Writes what is left and closes the file. Does not throw; a failure stands in <see cref="Error"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _thread.Dispose();
    }

    private void ThrowIfFailed()
    {
        if (Error is { } error)
        {
            throw new IOException(error, _thread.Failure);
        }
    }

    /// <summary>
    /// The file sink as an audit logger, the one of Serilog's two ways that reports failures to its caller; it has no size limit, does not
    /// roll and hands every line to the system at once.
    /// </summary>
    private static Logger OpenFile(string path)
    {
        try
        {
            MendLastLine(path);
            return new LoggerConfiguration().MinimumLevel.Verbose().AuditTo.File(new ClefFormatter(), path).CreateLogger();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: the log cannot be opened for writing: {exception.Message}", exception);
        }
    }

    /// <summary>A last line without an end is what a crash left: it is cut off, unless it is an event that lacks its line break only.</summary>
    private static void MendLastLine(string path)
    {
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        long start = StartOfLastLine(file);
        byte[] line = new byte[file.Length - start];
        file.Position = start;
        file.ReadExactly(line);
        if (line.Length == 0)
        {
            return;
        }

        if (IsEvent(line))
        {
            file.WriteByte((byte)'\n');
        }
        else
        {
            file.SetLength(start);
        }
    }

    private static long StartOfLastLine(FileStream file)
    {
        long start = file.Length;
        for (; start > 0; start--)
        {
            file.Position = start - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }
        }

        return start;
    }

    private static bool IsEvent(ReadOnlySpan<byte> line)
    {
        try
        {
            _ = EventJson.Read(line);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
