namespace DistSgd.Training.Config.Reading;

/// <summary>Guesses what a misspelt word was meant to be.</summary>
internal static class Spelling
{
    private const int LongestWord = 40;
    private const int LettersPerMistake = 3;

    /// <summary>The known word nearest to a written one, or null if none is near: at most one mistake for three letters.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length > LongestWord)
        {
            return null;
        }

        string word = written.ToLowerInvariant();
        (string Candidate, int Distance)? best = known
            .Select(candidate => (Candidate: candidate, Distance: EditDistance(word, candidate)))
            .Where(pair => pair.Distance <= Math.Max(1, Math.Min(word.Length, pair.Candidate.Length) / LettersPerMistake))
            .Select(pair => ((string, int)?)pair)
            .MinBy(pair => pair!.Value.Item2);
        return best?.Candidate;
    }

    /// <summary>" did you mean ...?" behind a semicolon, or nothing.</summary>
    public static string Suggestion(string written, IEnumerable<string> known) =>
        Nearest(written, known) is { } nearest ? $"; did you mean '{nearest}'?" : "";

    /// <summary>Edits (insert, delete, replace, swap of neighbours) that turn one word into the other.</summary>
    private static int EditDistance(string a, string b)
    {
        var distance = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                int replace = distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                int best = Math.Min(replace, Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                distance[i, j] = swapped ? Math.Min(best, distance[i - 2, j - 2] + 1) : best;
            }
        }

        return distance[a.Length, b.Length];
    }
}
