using System.Text.Json;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Log;

/// <summary>Reads the events of a log in order, as a stream: a log of any length needs no more memory than its longest line.</summary>
/// <remarks>
/// <para>Damage does not stop the reading: a last line that a crash cut off is noted in <see cref="EndsMidLine"/>, any other line that is
/// no event in <see cref="Problems"/>.</para>
/// <para>What a resumed run took back is left out: of the events before a <see cref="RunResumed"/>, those with a greater step, and every
/// <see cref="RunFinished"/>. For that the file is read twice; the first time only lines that start or resume a run are parsed.</para>
/// <para>Of several runs in one file, put together by hand, the last one is read, which <see cref="Problems"/> says.</para>
/// </remarks>
public sealed class LogReader
{
    private const int FileBufferBytes = 1; // LineReader has the buffer; a second one would only copy.

    private readonly string _path;
    private readonly List<LogProblem> _problems = [];

    /// <summary>Prepares to read a log.</summary>
    /// <param name="path">Path of the file; it may still be written to.</param>
    public LogReader(string path) => _path = path;

    /// <summary>The lines that could not be used, as far as the log has been read.</summary>
    public IReadOnlyList<LogProblem> Problems => _problems;

    /// <summary>Whether the log ends in the middle of an event: a crash while it was written, or a writer still at work.</summary>
    public bool EndsMidLine { get; private set; }

    /// <summary>Reads the log from its start.</summary>
    /// <returns>The events that stand, in the order of the file.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public IEnumerable<TrainingEvent> Read()
    {
        _problems.Clear();
        EndsMidLine = false;
        Queue<ResumePoint> resumes = FindResumes(out long firstLine);

        using FileStream file = Open(_path);
        var lines = new LineReader(file);
        for (long number = 1; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
        {
            while (resumes.TryPeek(out ResumePoint next) && next.Line <= number)
            {
                resumes.Dequeue();
            }

            if (number >= firstLine
                && Parse(line.Span, number, lines.LineIsComplete) is { } trainingEvent
                && !(resumes.TryPeek(out ResumePoint resume) && resume.TakesBack(trainingEvent)))
            {
                yield return trainingEvent;
            }
        }
    }

    /// <summary>The event of a line; null for a blank one and for a kind that this version does not know.</summary>
    /// <exception cref="JsonException">The line is no event.</exception>
    internal static TrainingEvent? ParseLine(ReadOnlySpan<byte> line, string path, long number, List<LogProblem> problems)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
        {
            return null;
        }

        TrainingEvent? trainingEvent = EventJson.Read(line);
        if (trainingEvent is RunStarted { SchemaVersion: > EventSchema.Version } started)
        {
            problems.Add(new LogProblem(path, number, $"schema version {started.SchemaVersion} is newer than {EventSchema.Version}, "
                + "the newest this program knows; events may be misread, use a newer program"));
        }

        return trainingEvent;
    }

    internal static LogProblem NoEvent(string path, long number, JsonException cause) => new(path, number, $"not an event: {cause.Message}");

    internal static FileStream Open(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileBufferBytes);

    private TrainingEvent? Parse(ReadOnlySpan<byte> line, long number, bool complete)
    {
        try
        {
            return ParseLine(line, _path, number, _problems);
        }
        catch (JsonException) when (!complete)
        {
            EndsMidLine = true;
        }
        catch (JsonException exception)
        {
            _problems.Add(NoEvent(_path, number, exception));
        }

        return null;
    }

    /// <summary>Every place where the run was resumed, each with the smallest step that it or a later one goes back to.</summary>
    /// <param name="firstLine">Receives the line at which the last run of the file starts.</param>
    private Queue<ResumePoint> FindResumes(out long firstLine)
    {
        firstLine = 1;
        bool any = false;
        var resumes = new List<ResumePoint>();
        using FileStream file = Open(_path);
        var lines = new LineReader(file);
        for (long number = 1; lines.TryRead(out ReadOnlyMemory<byte> line); number++)
        {
            if (line.Span.IndexOf("\"run_resumed\""u8) >= 0 && TryRead<RunResumed>(line.Span) is { } resumed)
            {
                resumes.Add(new ResumePoint(number, resumed.Step));
            }
            else if (line.Span.IndexOf("\"run_started\""u8) >= 0 && TryRead<RunStarted>(line.Span) is not null)
            {
                if (any)
                {
                    firstLine = number;
                    resumes.Clear();
                }

                any = true;
            }
        }

        if (firstLine > 1)
        {
            _problems.Add(new LogProblem(_path, firstLine, "another run starts here; the events of the one before it are left out"));
        }

        for (int i = resumes.Count - 2; i >= 0; i--)
        {
            resumes[i] = resumes[i] with { Step = Math.Min(resumes[i].Step, resumes[i + 1].Step) };
        }

        return new Queue<ResumePoint>(resumes);
    }

    private static T? TryRead<T>(ReadOnlySpan<byte> line)
        where T : TrainingEvent
    {
        try
        {
            return EventJson.Read(line) as T;
        }
        catch (JsonException)
        {
            return null; // The second reading reports it.
        }
    }

    /// <param name="Line">Line of the resumption.</param>
    /// <param name="Step">The last step before that line that still stands.</param>
    private readonly record struct ResumePoint(long Line, long Step)
    {
        public bool TakesBack(TrainingEvent earlier) => earlier is RunFinished || earlier.Position > Step;
    }
}
