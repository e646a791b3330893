using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace DistSgd.Studies.Trials;

/// <summary>Runs the trials of a plan on several threads, one trial a thread, and writes each result down as it comes.</summary>
/// <param name="plan">What is to be run.</param>
/// <param name="runner">Runs it.</param>
/// <param name="log">Where results go.</param>
/// <param name="report">Told how far it has come, after every trial, by one thread at a time; must be quick.</param>
public sealed class TrialPool(TrialPlan plan, TrialRunner runner, TrialLog log, Action<PoolProgress> report)
{
    private readonly object _lock = new();
    private readonly HashSet<string> _running = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private Exception? _failure;
    private bool _isStopped;

    /// <summary>Runs until no trial is left.</summary>
    /// <param name="threads">Number of threads, at least 1.</param>
    /// <param name="cancellation">Gives up the trials that are under way; those with results are kept.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public void Run(int threads, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using CancellationTokenRegistration registration = cancellation.Register(Stop);
        Thread[] pool = [.. Enumerable.Range(0, threads).Select(i => new Thread(Work) { IsBackground = true, Name = $"trials-{i}" })];
        lock (_lock)
        {
            report(Progress(threads));
        }

        Array.ForEach(pool, thread => thread.Start());
        lock (_lock)
        {
            while (!_isStopped)
            {
                Monitor.Wait(_lock);
            }
        }

        // What a thread still computes is of no use to anybody.
        cancellation.ThrowIfCancellationRequested();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        Array.ForEach(pool, thread => thread.Join());

        void Work()
        {
            try
            {
                while (Take() is var (trial, isEndPoint))
                {
                    TrialResult result = runner.Run(trial, isEndPoint);
                    lock (_lock)
                    {
                        if (_isStopped)
                        {
                            return;
                        }

                        _running.Remove(trial.Key);
                        log.Add(result);
                        report(Progress(threads));
                        Monitor.PulseAll(_lock);
                    }
                }

                Stop();
            }
            catch (Exception e)
            {
                lock (_lock)
                {
                    _failure ??= e;
                }

                Stop();
            }
        }
    }

    private void Stop()
    {
        lock (_lock)
        {
            _isStopped = true;
            Monitor.PulseAll(_lock);
        }
    }

    private (Trial Trial, bool IsEndPoint)? Take()
    {
        lock (_lock)
        {
            while (!_isStopped)
            {
                foreach ((Trial trial, bool isEndPoint) in plan.Open(log.Results))
                {
                    if (_running.Add(trial.Key))
                    {
                        return (trial, isEndPoint);
                    }
                }

                if (_running.Count == 0)
                {
                    return null;
                }

                Monitor.Wait(_lock); // what comes next follows from trials that are under way
            }

            return null;
        }
    }

    private PoolProgress Progress(int threads)
    {
        int groups = plan.File.Groups.Count, known = 0, done = 0;
        double left = 0;
        double mean = log.Results.Count > 0 ? log.Results.Values.Average(result => result.Seconds) : double.NaN;
        var byGroup = log.Results.Values.ToLookup(result => int.Parse(result.Key.AsSpan(0, result.Key.IndexOf('/')), System.Globalization.CultureInfo.InvariantCulture));
        for (int group = 0; group < groups; group++)
        {
            int count = plan.Count(group, log.Results), have = byGroup[group].Count();
            known += count;
            done += have;
            left += (count - have) * (have > 0 ? byGroup[group].Average(result => result.Seconds) : mean);
        }

        return new PoolProgress(done, known, Stopwatch.GetElapsedTime(_started).TotalSeconds, left / threads);
    }
}

/// <summary>How far a study has come.</summary>
/// <param name="Done">Trials that have results.</param>
/// <param name="Known">Trials that are known to be needed.</param>
/// <param name="Seconds">Seconds since the start of this process's part.</param>
/// <param name="SecondsLeft">Estimate of the seconds still to come; NaN while nothing is known.</param>
public readonly record struct PoolProgress(int Done, int Known, double Seconds, double SecondsLeft);
