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

    /// <summary>What the node said about its end; of a stack trace the first line, else the last thing that it said at all.</summary>
    public string? Message
    {
        get
        {
            lock (_lock)
            {
                return _message.Count == 0 ? _lastNotice : string.Join('\n', _isCrash ? _message.Take(1) : _message);
            }
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
