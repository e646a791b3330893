namespace DistSgd.Monitoring.Log;

/// <summary>A line of a log that could not be used, or not wholly.</summary>
/// <param name="File">Path of the log.</param>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Text">What is wrong with it.</param>
public sealed record LogProblem(string File, long Line, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}: {Text}";
}
