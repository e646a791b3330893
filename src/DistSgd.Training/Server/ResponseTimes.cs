using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>How long workers take to answer, and how much of it they compute: from the server's commands and the slices that come in.</summary>
internal sealed class ResponseTimes
{
    private readonly SortedDictionary<string, Answers> _byWorker = new(StringComparer.Ordinal);

    /// <summary>Takes note of a message that goes out.</summary>
    /// <param name="receiver">Who gets it.</param>
    /// <param name="message">The message.</param>
    /// <param name="context">Has the time.</param>
    public void Sent(ActorId receiver, object message, IActorContext context)
    {
        if (message is StepStarted or RecomputeSlices)
        {
            if (!_byWorker.TryGetValue(receiver.Name, out Answers? answers))
            {
                _byWorker[receiver.Name] = answers = new Answers();
            }

            answers.Close();
            answers.SentAt ??= context.Now;
        }
    }

    /// <summary>Takes note of slices that have come in.</summary>
    /// <param name="gradient">The slices.</param>
    /// <param name="context">Has the time.</param>
    public void Answered(GradientComputed gradient, IActorContext context)
    {
        if (_byWorker.TryGetValue(gradient.Worker.Name, out Answers? answers))
        {
            answers.LastAt = context.Now;
            answers.ComputeTime = gradient.ComputeTime;
        }
    }

    /// <summary>What was measured since the last call.</summary>
    /// <param name="step">Last step of the window.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="now">The present time.</param>
    /// <returns>An event for each worker that answered.</returns>
    public IReadOnlyList<WorkerWindow> Flush(long step, int epoch, DateTimeOffset now)
    {
        var windows = new List<WorkerWindow>();
        foreach ((string worker, Answers answers) in _byWorker)
        {
            answers.Close();
            if (answers.Take(worker, step, epoch, now) is { } window)
            {
                windows.Add(window);
            }
        }

        return windows;
    }

    private sealed class Answers
    {
        private int _count;
        private double _sum;
        private double _max;
        private double _computed;

        /// <summary>When a command was sent that is not answered as a whole yet; null if none was.</summary>
        public DateTimeOffset? SentAt { get; set; }

        /// <summary>When slices came last since then; null if none have.</summary>
        public DateTimeOffset? LastAt { get; set; }

        /// <summary>How long the worker computed the slices that came last; those of one command come all from one computation.</summary>
        public TimeSpan ComputeTime { get; set; }

        /// <summary>Counts the answer, if there is one: slices may come in several messages, so the next command tells which was the last.</summary>
        public void Close()
        {
            if (SentAt is { } sent && LastAt is { } last)
            {
                double seconds = (last - sent).TotalSeconds;
                _count++;
                _sum += seconds;
                _computed += ComputeTime.TotalSeconds;
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
                ComputeSecondsMean = _computed / _count,
            };
            (_count, _sum, _max, _computed) = (0, 0, 0, 0);
            return window;
        }
    }
}
