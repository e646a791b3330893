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

    public static Signals Forward(TrainingRun run, Action<string> notice)
    {
        var signals = new Signals();
        signals.Register(PosixSignal.SIGINT, TrainingRun.SignalInterrupt, ExitCodes.Interrupted, run, notice);
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
