using DistSgd.Learning;

namespace DistSgd.Training.Config.Reading;

/// <summary>Collects what is wrong with a config, so that the user reads all of it at once.</summary>
internal sealed class ProblemList
{
    private const int MostShown = 20;

    private readonly List<(Origin Origin, string Path, string Text)> _problems = [];

    /// <summary>Adds a problem.</summary>
    /// <param name="origin">Where it stands.</param>
    /// <param name="path">Dotted key.</param>
    /// <param name="text">What was found and what was expected.</param>
    public void Add(Origin origin, string path, string text) => _problems.Add((origin, path, text));

    /// <summary>Whether a key, or a section around it, has a problem.</summary>
    public bool Touches(string path) =>
        _problems.Any(p => path == p.Path || path.StartsWith($"{p.Path}.", StringComparison.Ordinal));

    /// <summary>Whether a key of a section has a problem.</summary>
    public bool AnyInside(string path) => _problems.Any(p => p.Path.StartsWith($"{path}.", StringComparison.Ordinal));

    /// <summary>Throws one error that holds every problem, a line each: the file from top to bottom, then the command line.</summary>
    /// <exception cref="InputException">There is a problem.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count == 0)
        {
            return;
        }

        IEnumerable<string> lines = _problems
            .OrderBy(p => p.Origin.IsOverride)
            .ThenBy(p => p.Origin.Line)
            .Take(MostShown)
            .Select(p => p.Origin.Describe(p.Path, p.Text));
        if (_problems.Count > MostShown)
        {
            lines = lines.Append($"and {_problems.Count - MostShown} more");
        }

        throw new InputException(string.Join('\n', lines));
    }
}
