using System.Runtime.InteropServices;
using DistSgd.Hosting;
using DistSgd.Hosting.Supervision;

namespace DistSgd.Cli.Commands;

/// <summary>
/// A node's tie to the process that started it: standard input. A line <c>interrupt REASON</c> is an order to end; its end means that the
/// parent is gone, however that came about, and the node goes as well.
/// </summary>
internal sealed class ParentLink
{
    private readonly Lock _lock = new();
    private readonly PosixSignalRegistration[] _unheard;
    private Action<string>? _end;

    /// <summary>Begins to listen to the parent, and not to the terminal: its Ctrl-C and its end reach the parent as well.</summary>
    public ParentLink()
    {
        _unheard = [Ignore(PosixSignal.SIGINT), Ignore(PosixSignal.SIGHUP)];
        new Thread(Listen) { IsBackground = true, Name = "parent" }.Start();
    }

    /// <summary>Says how the node ends in good order; until then it ends at once.</summary>
    /// <param name="end">Receives the reason; called by another thread.</param>
    public void EndWith(Action<string> end)
    {
        lock (_lock)
        {
            _end = end;
        }
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) => PosixSignalRegistration.Create(signal, context => context.Cancel = true);

    private void Listen()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line.StartsWith(ClusterSupervisor.InterruptMark, StringComparison.Ordinal))
            {
                End(line[ClusterSupervisor.InterruptMark.Length..]);
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
            Environment.Exit(reason == TrainingRun.SignalInterrupt ? ExitCodes.Interrupted : ExitCodes.Terminated);
        }

        end(reason);
    }
}
