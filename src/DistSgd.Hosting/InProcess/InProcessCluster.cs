using DistSgd.Hosting.Mailbox;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;

namespace DistSgd.Hosting.InProcess;

/// <summary>
/// Server, workers and monitor in one process, around one mailbox loop. Messages and vectors are passed by reference.
/// </summary>
public sealed class InProcessCluster : IDisposable
{
    private readonly MailboxLoop _loop;
    private readonly ParameterServerActor _server;
    private readonly int _workers;

    /// <summary>Wires the actors of a run.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="config">The run's config.</param>
    /// <param name="options">What the server is told at its start.</param>
    /// <param name="rules">The monitor's rules.</param>
    /// <param name="clock">The time.</param>
    /// <param name="written">Receives every event in order, before the monitor sees it: the log.</param>
    public InProcessCluster(
        TrainingTask task, RunConfig config, ServerOptions options, RuleSet rules, TimeProvider clock, Action<TrainingEvent> written)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(written);
        _workers = config.Cluster.Workers;
        var executor = new HelpingExecutor(HelpingExecutor.HelpersFor(_workers, Environment.ProcessorCount));
        _loop = new MailboxLoop(clock, NoTransport.Instance, executor, trainingEvent =>
        {
            written(trainingEvent);
            _loop!.Post(ActorId.Monitor, trainingEvent);
        });
        _server = new ParameterServerActor(task, config, options);
        _loop.Add(ActorId.Server, _server);
        _loop.Add(ActorId.Monitor, new MonitorActor(rules));
        for (int w = 0; w < _workers; w++)
        {
            _loop.Add(ActorId.Worker(w), new WorkerActor(ActorId.Worker(w), task));
        }
    }

    /// <summary>Number of completed steps.</summary>
    public long Step => _server.Step;

    /// <summary>Runs to the end on the calling thread.</summary>
    /// <returns>How the run ended.</returns>
    public RunResult Run()
    {
        _loop.Post(ActorId.Server, new Begin());
        for (int w = 0; w < _workers; w++)
        {
            _loop.Post(ActorId.Worker(w), new Begin());
        }

        _loop.Run();
        return _server.Result ?? throw new InvalidOperationException("The loop stopped before the server had a result.");
    }

    /// <summary>Has the run end after the current step with a checkpoint; may be called from any thread.</summary>
    /// <param name="reason">Why, for the log.</param>
    public void Interrupt(string reason) => _loop.Post(ActorId.Server, new Interrupt(reason));

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    /// <summary>Everybody is in this process, so a message to somebody else is an error of the protocol.</summary>
    private sealed class NoTransport : ITransport
    {
        public static NoTransport Instance { get; } = new();

        public void Send(ActorId sender, ActorId receiver, object message) =>
            throw new InvalidOperationException($"{sender} sent {message.GetType().Name} to {receiver}, who is not in this process.");
    }
}
