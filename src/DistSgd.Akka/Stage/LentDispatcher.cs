using Akka.Configuration;
using Akka.Dispatch;

namespace DistSgd.Akka.Stage;

/// <summary>
/// Runs an actor on the thread that sends it a message, unless another thread is just running it, who then takes the message along.
/// </summary>
/// <remarks>
/// A wake-up across cores costs 40 to 65 µs, a good part of a small step: so whoever receives the last gradient from a socket goes on to the
/// next step. It is for actors that never wait; their long work is done elsewhere.
/// </remarks>
/// <param name="configurator">Who made it.</param>
internal sealed class LentDispatcher(MessageDispatcherConfigurator configurator) : MessageDispatcher(configurator)
{
    [ThreadStatic]
    private static IRunnable? _running;

    [ThreadStatic]
    private static bool _again;

    /// <inheritdoc/>
    protected override void ExecuteTask(IRunnable run)
    {
        ArgumentNullException.ThrowIfNull(run);

        // A mailbox that has more messages than it handles at once asks to be run again before it returns: the stack must not grow by that.
        if (_running == run)
        {
            _again = true;
            return;
        }

        (IRunnable? outer, bool outerAgain) = (_running, _again);
        _running = run;
        try
        {
            do
            {
                _again = false;
                run.Run();
            }
            while (_again);
        }
        finally
        {
            (_running, _again) = (outer, outerAgain);
        }
    }

    /// <inheritdoc/>
    protected override void Shutdown()
    {
        // It has no thread of its own.
    }
}

/// <summary>Makes the <see cref="LentDispatcher"/>; Akka finds it by the name that stands in the configuration.</summary>
public sealed class LentDispatcherConfigurator : MessageDispatcherConfigurator
{
    private readonly LentDispatcher _dispatcher;

    /// <summary>Called by Akka.</summary>
    /// <param name="config">Settings of the dispatcher.</param>
    /// <param name="prerequisites">The actor system's services.</param>
    public LentDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites) => _dispatcher = new LentDispatcher(this);

    /// <inheritdoc/>
    public override MessageDispatcher Dispatcher() => _dispatcher;
}
