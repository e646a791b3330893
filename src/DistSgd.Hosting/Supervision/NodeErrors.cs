namespace DistSgd.Hosting.Supervision;

/// <summary>Tells what a node writes on standard error in passing from what it writes about its end.</summary>
/// <remarks>Safe for use by several threads.</remarks>
internal sealed class NodeErrors
{
    private const string Prefix = "distsgd: ";
    private const int MostLines = 20;

    // How the runtime begins to tell of a crash; what follows is a stack trace.
    private static readonly string[] CrashMarks = ["Unhandled exception.", "Fatal error.", "Process terminated.", "Out of memory."];

    private readonly Lock _lock = new();
    private readonly List<string> _message = [];
    private string? _lastNotice;
    private bool _isCrash;

    /// <summary>How the node ended.</summary>
    /// <param name="code">Its exit code.</param>
    /// <returns>The end with what the node said about it, or, if nothing else tells, the last thing that it said at all.</returns>
    public NodeExit ExitOf(int code)
    {
        lock (_lock)
        {
            IEnumerable<string> lines = _isCrash ? _message.Take(1) : _message;
            var exit = new NodeExit(code, _message.Count == 0 ? null : string.Join('\n', lines));
            return exit is { Message: null, IsUnclear: true } ? exit with { Message = _lastNotice } : exit;
        }
    }

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line.</param>
    /// <returns>True if it is said in passing and should be shown now.</returns>
    public bool Take(string line)
    {
        lock (_lock)
        {
            bool isError = line.StartsWith(Prefix, StringComparison.Ordinal);
            bool isCrash = CrashMarks.Any(mark => line.StartsWith(mark, StringComparison.Ordinal));
            if (_message.Count == 0 && !isError && !isCrash)
            {
                _lastNotice = line.Length > 0 ? line : _lastNotice;
                return true;
            }

            _isCrash |= isCrash && _message.Count == 0;
            if (_message.Count < MostLines)
            {
                _message.Add(isError ? line[Prefix.Length..] : line);
            }

            return false;
        }
    }
}
