using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>Measures how long workers take to answer: it looks on as the server sends commands and takes slices in.</summary>
internal sealed class ResponseTimes : IActorContext
{
    private readonly SortedDictionary<string, Answers> _byWorker = new(StringComparer.Ordinal);
    private IActorContext? _inner;

    /// <inheritdoc/>
    public ActorId Self => Inner.Self;

    /// <inheritdoc/>
    public DateTimeOffset Now => Inner.Now;

    private IActorContext Inner => _inner ?? throw new InvalidOperationException("Nobody is looked at.");

    /// <summary>Looks on while the server handles a message.</summary>
    /// <param name="context">The context of the server.</param>
    /// <returns>The context to give it instead; valid until the next call.</returns>
    public IActorContext Around(IActorContext context)
    {
        _inner = context;
        return this;
    }

    /// <summary>Takes note of slices that have come in.</summary>
    /// <param name="worker">Who sent them.</param>
    public void Answered(ActorId worker)
    {
        if (_byWorker.TryGetValue(worker.Name, out Answers? answers))
        {
            answers.LastAt = Now;
        }
    }

    /// <summary>What was measured since the last call.</summary>
    /// <param name="step">Last step of the window.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <returns>An event for each worker that answered.</returns>
    public IReadOnlyList<WorkerWindow> Flush(long step, int epoch)
    {
        var windows = new List<WorkerWindow>();
        foreach ((string worker, Answers answers) in _byWorker)
        {
            answers.Close();
            if (answers.Take(worker, step, epoch, Now) is { } window)
            {
                windows.Add(window);
            }
        }

        return windows;
    }

    /// <inheritdoc/>
    public void Send(ActorId receiver, object message)
    {
        if (message is StepStarted or RecomputeSlices)
        {
            if (!_byWorker.TryGetValue(receiver.Name, out Answers? answers))
            {
                _byWorker[receiver.Name] = answers = new Answers();
            }

            answers.Close();
            answers.SentAt ??= Now;
        }

        Inner.Send(receiver, message);
    }

    /// <inheritdoc/>
    public void StartTimer(TimeSpan delay, object message) => Inner.StartTimer(delay, message);

    /// <inheritdoc/>
    public void Compute(IComputation work) => Inner.Compute(work);

    /// <inheritdoc/>
    public void Emit(TrainingEvent trainingEvent) => Inner.Emit(trainingEvent);

    /// <inheritdoc/>
    public void Stop() => Inner.Stop();

    private sealed class Answers
    {
        private int _count;
        private double _sum;
        private double _max;

        /// <summary>When a command was sent that is not answered as a whole yet; null if none was.</summary>
        public DateTimeOffset? SentAt { get; set; }

        /// <summary>When slices came last since then; null if none have.</summary>
        public DateTimeOffset? LastAt { get; set; }

        /// <summary>Counts the answer, if there is one: slices may come in several messages, so the next command tells which was the last.</summary>
        public void Close()
        {
            if (SentAt is { } sent && LastAt is { } last)
            {
                double seconds = (last - sent).TotalSeconds;
                _count++;
                _sum += seconds;
                _max = Math.Max(_max, seconds);
                SentAt = null;
            }

            LastAt = null;
        }

        public WorkerWindow? Take(string worker, long step, int epoch, DateTimeOffset now)
        {
            if (_count == 0)
            {
                return null;
            }

            var window = new WorkerWindow
            {
                Time = now,
                Worker = worker,
                Step = step,
                Epoch = epoch,
                Count = _count,
                ResponseSecondsMean = _sum / _count,
                ResponseSecondsMax = _max,
            };
            (_count, _sum, _max) = (0, 0, 0);
            return window;
        }
    }
}
