using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Log;

/// <summary>A whole log in memory.</summary>
/// <param name="Events">The events that stand, in the order of the file; see <see cref="LogReader"/>.</param>
/// <param name="Problems">The lines that could not be used.</param>
/// <param name="EndsMidLine">Whether the last line was cut off.</param>
public sealed record RunLog(IReadOnlyList<TrainingEvent> Events, IReadOnlyList<LogProblem> Problems, bool EndsMidLine)
{
    /// <summary>Reads a log.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>Its events and what was wrong with it.</returns>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static RunLog Read(string path)
    {
        var reader = new LogReader(path);
        List<TrainingEvent> events = [.. reader.Read()];
        return new RunLog(events, reader.Problems, reader.EndsMidLine);
    }
}
