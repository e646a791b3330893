using System.Runtime.InteropServices;
using DistSgd.Hosting;

namespace DistSgd.Cli.Commands;

/// <summary>Answers Ctrl-C and SIGTERM with a checkpoint and an orderly end; the second signal ends the process at once.</summary>
internal sealed class Signals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private const int SameMs = 300;

    private int _received;
    private long _last;

    private Signals()
    {
    }

    /// <summary>Forwards signals to a run.</summary>
    /// <param name="interrupt">Told the name of the first signal.</param>
    /// <param name="endAtOnce">Told the exit code of the second.</param>
    /// <param name="notice">Receives lines for a person.</param>
    /// <param name="ignoreInterrupt">Whether Ctrl-C is the business of a parent on the same terminal.</param>
    public static Signals Forward(
        Action<string> interrupt, Action<int> endAtOnce, Action<string> notice, bool ignoreInterrupt = false)
    {
        var signals = new Signals();
        if (ignoreInterrupt)
        {
            signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true));
        }
        else
        {
            signals.Register(PosixSignal.SIGINT, TrainingRun.SignalInterrupt, ExitCodes.Interrupted, interrupt, endAtOnce, notice);
        }

        signals.Register(PosixSignal.SIGTERM, TrainingRun.SignalTerminate, ExitCodes.Terminated, interrupt, endAtOnce, notice);
        return signals;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Register(
        PosixSignal signal, string name, int exitCode, Action<string> interrupt, Action<int> endAtOnce, Action<string> notice) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            long now = Environment.TickCount64;
            if (_received > 0 && now - Interlocked.Read(ref _last) < SameMs)
            {
                return; // the sender reached us twice, as a process and as one of a group
            }

            Interlocked.Exchange(ref _last, now);
            switch (Interlocked.Increment(ref _received))
            {
                case 1:
                    notice($"{name}: stopping after this step with a checkpoint; once more to stop at once.");
                    interrupt(name);
                    break;
                case 2:
                    endAtOnce(exitCode);
                    break;
                default:
                    Environment.Exit(exitCode);
                    break;
            }
        }));
}
