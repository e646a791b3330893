using System.Globalization;

namespace DistSgd.Soak;

/// <summary>The most memory that each role's processes had in each part of the soak.</summary>
internal sealed class MemoryRecord
{
    private const double GrowthMax = 1.25;
    private const long SlackBytes = 24L << 20;

    private readonly Dictionary<string, SortedDictionary<int, long>> _mostByRole = [];

    /// <summary>Takes a reading.</summary>
    /// <param name="role">Whose.</param>
    /// <param name="minute">When.</param>
    /// <param name="bytes">How much.</param>
    public void Add(string role, int minute, long bytes)
    {
        if (!_mostByRole.TryGetValue(role, out SortedDictionary<int, long>? most))
        {
            _mostByRole[role] = most = [];
        }

        most[minute] = Math.Max(bytes, most.GetValueOrDefault(minute));
    }

    /// <summary>Makes sure that no role needs more at the end than in its first full minute.</summary>
    /// <returns>One line a role.</returns>
    /// <exception cref="SoakException">One does.</exception>
    public IEnumerable<string> Check()
    {
        foreach ((string role, SortedDictionary<int, long> most) in _mostByRole)
        {
            long[] minutes = [.. most.Values];
            long early = minutes.Take(Math.Max(1, minutes.Length / 3)).Max();
            long late = minutes.Skip(minutes.Length - Math.Max(1, minutes.Length / 3)).Max();
            yield return $"{role,-10}  first third {Text(early)}, last third {Text(late)}";
            if (late > (GrowthMax * early) + SlackBytes)
            {
                throw new SoakException($"the memory of the {role} grew from {Text(early)} to {Text(late)}; expected it flat.");
            }
        }
    }

    private static string Text(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0} MB");
}
