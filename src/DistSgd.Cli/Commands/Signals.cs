using System.Runtime.InteropServices;
using DistSgd.Hosting;

namespace DistSgd.Cli.Commands;

/// <summary>Answers Ctrl-C and SIGTERM with a checkpoint and an orderly end; the second signal ends the process at once.</summary>
internal sealed class Signals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _received;

    private Signals()
    {
    }

    /// <summary>Forwards signals to a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="notice">Receives lines for a person.</param>
    /// <param name="ignoreInterrupt">Whether Ctrl-C is the business of a parent on the same terminal.</param>
    public static Signals Forward(TrainingRun run, Action<string> notice, bool ignoreInterrupt = false)
    {
        var signals = new Signals();
        if (ignoreInterrupt)
        {
            signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true));
        }
        else
        {
            signals.Register(PosixSignal.SIGINT, TrainingRun.SignalInterrupt, ExitCodes.Interrupted, run, notice);
        }

        signals.Register(PosixSignal.SIGTERM, TrainingRun.SignalTerminate, ExitCodes.Terminated, run, notice);
        return signals;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Register(PosixSignal signal, string name, int exitCode, TrainingRun run, Action<string> notice) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (Interlocked.Increment(ref _received) > 1)
            {
                Environment.Exit(exitCode);
            }

            notice($"{name}: stopping after this step with a checkpoint; once more to stop at once.");
            run.Interrupt(name);
        }));
}
