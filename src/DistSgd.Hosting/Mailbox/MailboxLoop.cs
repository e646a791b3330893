using System.Runtime.ExceptionServices;
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
/// <para>
/// A lent loop has no thread of its own: whoever posts a message delivers it, and what comes of it, unless another thread is just doing
/// that. So the thread that receives the last gradient of a step from a socket goes on to the next step, and nobody has to be woken up.
/// <see cref="Run"/> then only looks after timers. What is posted before <see cref="Run"/> or <see cref="Open"/> waits for it.
/// </para>
/// </remarks>
public sealed class MailboxLoop : IActorStage
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
    private readonly bool _isLent;
    private Queue<Delivery> _inbox = new();
    private Queue<Delivery> _drained = new();
    private volatile int _waitingInInbox;
    private volatile bool _blocked;
    private volatile bool _isOpen;
    private volatile bool _ended;
    private int _isDelivering;
    private long _nextTimer = long.MaxValue;
    private ExceptionDispatchInfo? _failure;
    private bool _stopped;

    /// <summary>Wires a loop.</summary>
    /// <param name="clock">The time, real or virtual.</param>
    /// <param name="transport">Where messages to actors of other processes go.</param>
    /// <param name="executor">Who does long work.</param>
    /// <param name="emit">Receives the events that actors emit, on the loop's thread.</param>
    /// <param name="isLent">Whether whoever posts a message delivers it, instead of the thread in <see cref="Run"/>.</param>
    public MailboxLoop(TimeProvider clock, ITransport transport, IExecutor executor, Action<TrainingEvent> emit, bool isLent = false)
    {
        ArgumentNullException.ThrowIfNull(executor);
        _isLent = isLent;
        _clock = clock;
        _transport = transport;
        _executor = executor;
        _emit = emit;
        executor.Completed = PostCompletion;
    }

    /// <summary>Whether a lent loop has ended: an actor has stopped the run, or something was thrown.</summary>
    public bool HasEnded => _ended;

    /// <summary>When the next timer of a lent loop is due; null if there is none. Whoever only opened it opens it again by then.</summary>
    public DateTimeOffset? NextTimer => Volatile.Read(ref _nextTimer) is var ticks && ticks < long.MaxValue ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <inheritdoc/>
    public void Add(ActorId id, IActor actor) => _hosts.Add(id, new Host(this, id, actor));

    /// <inheritdoc/>
    public void Post(ActorId receiver, object message) => PostFromOutside(new Delivery(_hosts[receiver], message, null));

    /// <summary>Delivers messages until an actor stops the run; messages that wait by then are still delivered.</summary>
    /// <exception cref="Exception">Whatever an actor or a computation throws.</exception>
    public void Run()
    {
        if (_isLent)
        {
            RunLent();
            return;
        }

        while (!_stopped)
        {
            DeliverAll();
            if (!_stopped)
            {
                WaitForArrival();
            }
        }
    }

    /// <summary>Has a lent loop deliver from now on, without a thread that looks after timers.</summary>
    public void Open()
    {
        _isOpen = true;
        Lend();
    }

    /// <summary>Throws what an actor or a computation of a lent loop has thrown on whatever thread.</summary>
    /// <exception cref="Exception">That exception.</exception>
    public void ThrowIfFailed() => _failure?.Throw();

    /// <inheritdoc/>
    /// <remarks>The semaphore is left to the collector: a thread that has just ended the loop may be about to release it.</remarks>
    public void Dispose() => _executor.Dispose();

    /// <summary>Delivers until nothing waits and no work is left to help with.</summary>
    private void DeliverAll()
    {
        do
        {
            while (_mailbox.TryDequeue(out Delivery next) || TryTakeInbox(out next) || (!_stopped && TryTakeTimer(out next)))
            {
                next.Deliver();
            }
        }
        while (!_stopped && _executor.TryRunOne());
    }

    private void RunLent()
    {
        _isOpen = true;
        while (true)
        {
            Lend();
            if (_ended)
            {
                ThrowIfFailed();
                return;
            }

            // A timer that is due already is in the hands of whoever has the loop just now; that may take a while.
            long due = Volatile.Read(ref _nextTimer);
            double milliseconds = TimeSpan.FromTicks(due - _clock.GetUtcNow().UtcTicks).TotalMilliseconds;
            _arrival.Wait(due == long.MaxValue ? Timeout.Infinite : (int)Math.Clamp(Math.Ceiling(milliseconds), 1, int.MaxValue));
        }
    }

    // Whoever finds the loop taken leaves it to the other, who therefore looks once more after giving it back.
    private void Lend()
    {
        while (_isOpen && !_ended && HasArrivals() && Interlocked.CompareExchange(ref _isDelivering, 1, 0) == 0)
        {
            long timer = _nextTimer;
            try
            {
                DeliverAll();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            _nextTimer = _timers.TryPeek(out _, out DateTimeOffset due) ? due.UtcTicks : long.MaxValue;
            _ended = _stopped || _failure is not null;
            if (_ended || _nextTimer < timer)
            {
                _arrival.Release();
            }

            // After the end nobody gets the loop any more: no actor sees a message after it has stopped the run.
            Interlocked.Exchange(ref _isDelivering, _ended ? 1 : 0);
        }
    }

    private bool HasArrivals() => _waitingInInbox > 0 || Volatile.Read(ref _nextTimer) <= _clock.GetUtcNow().UtcTicks;

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
        if (_isLent)
        {
            Lend();
        }
        else if (_blocked)
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

    private readonly record struct Delivery(Host Host, object Message, ExceptionDispatchInfo? Failure)
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
