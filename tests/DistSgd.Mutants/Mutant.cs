namespace DistSgd.Mutants;

/// <summary>A bug that is planted into a copy of the sources.</summary>
/// <param name="Name">What is wrong, in a few words.</param>
/// <param name="File">The source file, below <c>src</c>.</param>
/// <param name="Original">
/// What stands there, once: a statement with its semicolon, or an expression. Where that alone stands in several places, it is marked
/// «so» in its surroundings.
/// </param>
/// <param name="Planted">What stands there instead.</param>
public sealed record Mutant(string Name, string File, string Original, string Planted)
{
    /// <summary>The source with both in it, one or the other chosen by a switch when the program runs.</summary>
    /// <param name="source">The source.</param>
    /// <param name="number">Number of the mutant.</param>
    /// <returns>The changed source.</returns>
    /// <exception cref="InvalidOperationException">The original does not stand there exactly once.</exception>
    public string PlantInto(string source, int number)
    {
        ArgumentNullException.ThrowIfNull(source);
        int begin = Original.IndexOf('«', StringComparison.Ordinal);
        int end = Original.IndexOf('»', StringComparison.Ordinal);
        string found = begin < 0 ? Original : Original.Remove(end, 1).Remove(begin, 1);
        string replaced = begin < 0 ? Original : Original[(begin + 1)..end];
        int at = source.IndexOf(found, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(found, at + 1, StringComparison.Ordinal) >= 0)
        {
            throw new InvalidOperationException(
                $"{File}: '{found}' stands there {(at < 0 ? "not at all" : "more than once")}; the mutant '{Name}' needs it once.");
        }

        string isOn = $"global::DistSgd.Numerics.MutantSwitch.Is({number})";
        string both = replaced.EndsWith(';')
            ? $"if ({isOn}) {{ {Planted} }} else {{ {replaced} }}"
            : $"({isOn} ? ({Planted}) : ({replaced}))";
        return source.Remove(at + Math.Max(begin, 0), replaced.Length).Insert(at + Math.Max(begin, 0), both);
    }
}
