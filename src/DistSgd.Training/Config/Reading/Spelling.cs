using DistSgd.Learning.Data;

namespace DistSgd.Training.Config.Reading;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
public static class Spelling
{
    private const int LongestWord = 40;
    private const int LettersPerMistake = 3;

    /// <summary>The known word nearest to a written one, or null if none is near: at most one mistake for three letters.</summary>
    /// <param name="written">The word that was not found.</param>
    /// <param name="known">The words there are.</param>
    /// <returns>One of them, or null.</returns>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(written);
        if (written.Length > LongestWord)
        {
            return null;
        }

        (string Candidate, int Distance)? best = known
            .Select(candidate => (Candidate: candidate, Distance: NearestNames.Distance(written, candidate)))
            .Where(pair => pair.Distance <= Math.Max(1, Math.Min(written.Length, pair.Candidate.Length) / LettersPerMistake))
            .Select(pair => ((string, int)?)pair)
            .MinBy(pair => pair!.Value.Item2);
        return best?.Candidate;
    }

    /// <summary>" did you mean ...?" behind a semicolon, or nothing.</summary>
    /// <param name="written">The word that was not found.</param>
    /// <param name="known">The words there are.</param>
    /// <returns>The text to put behind an error message.</returns>
    public static string Suggestion(string written, IEnumerable<string> known) =>
        Nearest(written, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";
}
