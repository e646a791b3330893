using DistSgd.Hosting;

namespace DistSgd.Cli.Commands;

/// <summary>
/// A node's tie to the process that started it: standard input. A line <c>interrupt REASON</c> is an order to end; its end means that the
/// parent is gone, however that came about, and the node goes as well.
/// </summary>
internal sealed class ParentLink
{
    private const string Order = "interrupt ";

    private readonly Lock _lock = new();
    private Action<string>? _end;

    /// <summary>Begins to listen.</summary>
    public ParentLink() => new Thread(Listen) { IsBackground = true, Name = "parent" }.Start();

    /// <summary>Says how the node ends in good order; until then it ends at once.</summary>
    /// <param name="end">Receives the reason; called by another thread.</param>
    public void EndWith(Action<string> end)
    {
        lock (_lock)
        {
            _end = end;
        }
    }

    private void Listen()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line.StartsWith(Order, StringComparison.Ordinal))
            {
                End(line[Order.Length..]);
            }
        }

        End(TrainingRun.SignalTerminate);
    }

    private void End(string reason)
    {
        Action<string>? end;
        lock (_lock)
        {
            end = _end;
        }

        if (end is null)
        {
            Environment.Exit(ExitCodes.Terminated);
        }

        end(reason);
    }
}
