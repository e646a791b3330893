namespace DistSgd.Learning.Data;

/// <summary>Orders known names by their likeness to one that is not known, for error messages that help.</summary>
public static class NearestNames
{
    private const int MostListed = 12;

    /// <summary>The known names in quotes, the nearest first; a long list is cut short.</summary>
    /// <param name="wanted">The name that was not found.</param>
    /// <param name="known">The names there are.</param>
    /// <returns>Text such as <c>'label', 'width', 'height'</c>.</returns>
    public static string List(string wanted, IReadOnlyCollection<string> known) =>
        ListInOrder([.. known.OrderBy(name => Distance(wanted, name))]);

    /// <summary>The known names in quotes in their own order; a long list is cut short, but the nearest is always named.</summary>
    /// <param name="wanted">The name that was not found.</param>
    /// <param name="known">The names there are.</param>
    /// <returns>Text such as <c>'width', 'height', 'label'; the nearest is 'label'</c>.</returns>
    public static string ListInOrder(string wanted, IReadOnlyCollection<string> known) =>
        $"{ListInOrder(known)}; the nearest is '{known.MinBy(name => Distance(wanted, name))}'";

    /// <summary>Names in quotes in their own order; a long list is cut short.</summary>
    /// <param name="names">The names.</param>
    /// <returns>Text such as <c>'width', 'height', 'label'</c>.</returns>
    public static string ListInOrder(IReadOnlyCollection<string> names)
    {
        string rest = names.Count > MostListed ? $" and {names.Count - MostListed} more" : "";
        return string.Join(", ", names.Take(MostListed).Select(name => $"'{name}'")) + rest;
    }

    /// <summary>Letters to insert, delete, exchange or swap with their neighbour to make one name the other, whatever their case.</summary>
    /// <remarks>The distance of Damerau (1964) and Levenshtein (1966), each place edited at most once.</remarks>
    /// <param name="a">One name.</param>
    /// <param name="b">The other.</param>
    /// <returns>The edit distance.</returns>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
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

                int exchange = distance[i - 1, j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
                int best = Math.Min(exchange, Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]);
                distance[i, j] = swapped ? Math.Min(best, distance[i - 2, j - 2] + 1) : best;
            }
        }

        return distance[a.Length, b.Length];
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
