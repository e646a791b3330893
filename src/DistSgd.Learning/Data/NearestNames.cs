namespace DistSgd.Learning.Data;

/// <summary>Orders known names by their likeness to one that is not known, for error messages that help.</summary>
public static class NearestNames
{
    private const int MostListed = 12;

    /// <summary>The known names in quotes, the nearest first; a long list is cut short.</summary>
    /// <param name="wanted">The name that was not found.</param>
    /// <param name="known">The names there are.</param>
    /// <returns>Text such as <c>'label', 'width', 'height'</c>.</returns>
    public static string List(string wanted, IReadOnlyCollection<string> known)
    {
        IEnumerable<string> nearest = known.OrderBy(name => Distance(wanted, name)).Take(MostListed);
        string rest = known.Count > MostListed ? $" and {known.Count - MostListed} more" : "";
        return string.Join(", ", nearest.Select(name => $"'{name}'")) + rest;
    }

    /// <summary>Letters to insert, delete or exchange to make one name the other, whatever their case (Levenshtein 1966).</summary>
    /// <param name="a">One name.</param>
    /// <param name="b">The other.</param>
    /// <returns>The edit distance.</returns>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int exchange = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(exchange, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
