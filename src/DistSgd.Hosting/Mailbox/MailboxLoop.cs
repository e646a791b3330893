using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Hosting.Mailbox;

/// <summary>
/// Delivers messages to the actors of one process, one at a time and in order, on the thread that runs it.
/// The three ports make the hosts: a clock, a transport for messages to elsewhere, an executor for long work.
/// </summary>
/// <remarks>
/// The thread first empties its mailbox, then helps with long work, and only then waits: so with one worker a whole step happens
/// on one thread without a wake-up. In steady state nothing is allocated.
/// </remarks>
public sealed class MailboxLoop : IDisposable
{
    private const int SpinsBeforeYield = 2_000;
    private const int YieldsBeforeBlock = 20;

    private readonly TimeProvider _clock;
    private readonly ITransport _transport;
    private readonly IExecutor _executor;
    private readonly Action<TrainingEvent> _emit;
    private readonly Dictionary<ActorId, Host> _hosts = [];
    private readonly Queue<Delivery> _mailbox = new();
    private readonly PriorityQueue<Delivery, DateTimeOffset> _timers = new();
    private readonly Lock _inboxLock = new();
    private readonly SemaphoreSlim _arrival = new(0);
    private Queue<Delivery> _inbox = new();
    private Queue<Delivery> _drained = new();
    private volatile int _waitingInInbox;
    private volatile bool _blocked;
    private bool _stopped;

    /// <summary>Wires a loop.</summary>
    /// <param name="clock">The time, real or virtual.</param>
    /// <param name="transport">Where messages to actors of other processes go.</param>
    /// <param name="executor">Who does long work.</param>
    /// <param name="emit">Receives the events that actors emit, on the loop's thread.</param>
    public MailboxLoop(TimeProvider clock, ITransport transport, IExecutor executor, Action<TrainingEvent> emit)
    {
        ArgumentNullException.ThrowIfNull(executor);
        _clock = clock;
        _transport = transport;
        _executor = executor;
        _emit = emit;
        executor.Completed = PostCompletion;
    }

    /// <summary>Takes an actor in.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="actor">The actor.</param>
    public void Add(ActorId id, IActor actor) => _hosts.Add(id, new Host(this, id, actor));

    /// <summary>Puts a message into an actor's mailbox; may be called from any thread.</summary>
    /// <param name="receiver">An actor of this loop.</param>
    /// <param name="message">The message.</param>
    /// <exception cref="KeyNotFoundException">The loop has no such actor.</exception>
    public void Post(ActorId receiver, object message) => PostFromOutside(new Delivery(_hosts[receiver], message, null));

    /// <summary>Delivers messages until an actor stops the run; messages that wait by then are still delivered.</summary>
    /// <exception cref="Exception">Whatever an actor or a computation throws.</exception>
    public void Run()
    {
        while (true)
        {
            if (_mailbox.TryDequeue(out Delivery next) || TryTakeInbox(out next) || TryTakeTimer(out next))
            {
                next.Deliver();
            }
            else if (_stopped)
            {
                return;
            }
            else if (!_executor.TryRunOne())
            {
                WaitForArrival();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _executor.Dispose();
        _arrival.Dispose();
    }

    private void Send(ActorId receiver, object message, ActorId sender)
    {
        if (_hosts.TryGetValue(receiver, out Host? host))
        {
            _mailbox.Enqueue(new Delivery(host, message, null));
        }
        else
        {
            _transport.Send(sender, receiver, message);
        }
    }

    private void PostCompletion(WorkItem item) => PostFromOutside(new Delivery((Host)item.Owner, item.Work, item.Failure));

    private void PostFromOutside(Delivery delivery)
    {
        lock (_inboxLock)
        {
            _inbox.Enqueue(delivery);
            _waitingInInbox = _inbox.Count;
        }

        // The message must be seen before the flag is read: the loop raises the flag and then looks for messages once more.
        Interlocked.MemoryBarrier();
        if (_blocked)
        {
            _arrival.Release();
        }
    }

    private bool TryTakeInbox(out Delivery next)
    {
        if (_drained.Count == 0 && _waitingInInbox > 0)
        {
            lock (_inboxLock)
            {
                (_inbox, _drained) = (_drained, _inbox);
                _waitingInInbox = 0;
            }
        }

        return _drained.TryDequeue(out next);
    }

    private bool TryTakeTimer(out Delivery next)
    {
        next = default;
        return _timers.TryPeek(out _, out DateTimeOffset due) && due <= _clock.GetUtcNow() && _timers.TryDequeue(out next, out _);
    }

    // A wake-up across cores costs more than a small step, so the thread looks again for a while before it blocks.
    private void WaitForArrival()
    {
        for (int i = 0; i < SpinsBeforeYield + YieldsBeforeBlock; i++)
        {
            if (_waitingInInbox > 0 || _executor.HasWaitingWork)
            {
                return;
            }

            if (i < SpinsBeforeYield)
            {
                Thread.SpinWait(10);
            }
            else
            {
                Thread.Yield();
            }
        }

        _blocked = true;
        Interlocked.MemoryBarrier();
        if (_waitingInInbox == 0)
        {
            TimeSpan? untilTimer = _timers.TryPeek(out _, out DateTimeOffset due) ? due - _clock.GetUtcNow() : null;
            if (untilTimer is not { } wait)
            {
                _arrival.Wait();
            }
            else if (wait > TimeSpan.Zero)
            {
                _arrival.Wait(wait);
            }
        }

        _blocked = false;
    }

    private readonly record struct Delivery(Host Host, object Message, System.Runtime.ExceptionServices.ExceptionDispatchInfo? Failure)
    {
        public void Deliver()
        {
            Failure?.Throw();
            Host.Actor.Receive(Message, Host);
        }
    }

    /// <summary>One actor and its view of the world.</summary>
    private sealed class Host(MailboxLoop loop, ActorId self, IActor actor) : IActorContext
    {
        public IActor Actor { get; } = actor;

        public ActorId Self { get; } = self;

        public DateTimeOffset Now => loop._clock.GetUtcNow();

        public void Send(ActorId receiver, object message) => loop.Send(receiver, message, Self);

        public void StartTimer(TimeSpan delay, object message) =>
            loop._timers.Enqueue(new Delivery(this, message, null), loop._clock.GetUtcNow() + delay);

        public void Compute(IComputation work) => loop._executor.Start(new WorkItem(this, work, null));

        public void Emit(TrainingEvent trainingEvent) => loop._emit(trainingEvent);

        public void Stop() => loop._stopped = true;
    }
}
