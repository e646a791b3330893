using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Simulation.World;

/// <summary>The mailbox loop of a simulated process: timers and long work take virtual time.</summary>
internal sealed class SimulatedStage : IExecutor
{
    private readonly SimulatedProcess _process;
    private readonly Action<IComputation, Action> _perform;
    private readonly MailboxLoop _loop;
    private DateTimeOffset _wakesAt = DateTimeOffset.MaxValue;
    private bool _isClosed;

    /// <summary>Wires a loop.</summary>
    /// <param name="process">Where it runs.</param>
    /// <param name="transport">Where messages to other processes go.</param>
    /// <param name="emit">Receives the events of its actors.</param>
    /// <param name="cost">How long work takes.</param>
    public SimulatedStage(SimulatedProcess process, ITransport transport, Action<TrainingEvent> emit, Func<IComputation, TimeSpan> cost)
        : this(process, transport, emit, (work, done) => process.In(cost(work), done))
    {
    }

    /// <summary>Wires a loop whose work shares what computes it with others.</summary>
    /// <param name="process">Where it runs.</param>
    /// <param name="transport">Where messages to other processes go.</param>
    /// <param name="emit">Receives the events of its actors.</param>
    /// <param name="perform">Takes the time of the work, and then calls what it is given.</param>
    public SimulatedStage(SimulatedProcess process, ITransport transport, Action<TrainingEvent> emit, Action<IComputation, Action> perform)
    {
        _process = process;
        _perform = perform;
        _loop = new MailboxLoop(process.Clock, transport, this, emit, isLent: true);
    }

    /// <inheritdoc/>
    public Action<WorkItem> Completed { get; set; } = static _ => { };

    /// <summary>Surrounds what happens by itself: finished work and timers. What is posted its sender surrounds.</summary>
    public Action<Action> Surround { get; set; } = static happening => happening();

    /// <inheritdoc/>
    public bool HasWaitingWork => false;

    /// <summary>Whether an actor has stopped the run.</summary>
    public bool HasEnded => _loop.HasEnded;

    /// <summary>Takes an actor in.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="actor">The actor.</param>
    public void Add(ActorId id, IActor actor) => _loop.Add(id, actor);

    /// <summary>Has it deliver from now on.</summary>
    public void Open()
    {
        _loop.Open();
        AfterDelivery();
    }

    /// <summary>Delivers a message, and what comes of it.</summary>
    /// <param name="receiver">An actor of this stage.</param>
    /// <param name="message">The message.</param>
    /// <exception cref="Exception">Whatever an actor or a computation throws.</exception>
    public void Post(ActorId receiver, object message)
    {
        if (!_isClosed)
        {
            _loop.Post(receiver, message);
            AfterDelivery();
        }
    }

    /// <summary>Delivers nothing any more.</summary>
    public void Close() => _isClosed = true;

    /// <inheritdoc/>
    public void Start(WorkItem item) => _perform(item.Work, () =>
    {
        if (!_isClosed)
        {
            Surround(() =>
            {
                Completed(item.Run());
                AfterDelivery();
            });
        }
    });

    /// <inheritdoc/>
    public bool TryRunOne() => false;

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    // Nobody waits for timers in a lent loop that was only opened: the agenda does.
    private void AfterDelivery()
    {
        _loop.ThrowIfFailed();
        if (_loop.NextTimer is { } due && due < _wakesAt && !_loop.HasEnded)
        {
            _wakesAt = due;
            _process.In(_process.Clock.Until(due), Wake);
        }
    }

    private void Wake()
    {
        _wakesAt = DateTimeOffset.MaxValue;
        if (!_isClosed)
        {
            Surround(Open);
        }
    }
}
