using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;

namespace DistSgd.Hosting.Supervision;

/// <summary>What the log of a run tells of its cluster: who takes part, and how far the training has come.</summary>
public sealed class ClusterProgress
{
    private readonly Dictionary<string, IReadOnlyList<int>> _members = [];
    private readonly Dictionary<string, DateTimeOffset> _lost = [];

    /// <summary>The workers that take part, with their shards.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Members => _members;

    /// <summary>The last window of steps; null before the first.</summary>
    public StepWindow? Window { get; private set; }

    /// <summary>Completed steps.</summary>
    public long Step { get; private set; }

    /// <summary>Completed steps when the server was started last.</summary>
    public long FirstStep { get; private set; }

    /// <summary>Steps of the whole run; null while not known.</summary>
    public long? StepsTotal { get; private set; }

    /// <summary>Whether the run has ended, and was not resumed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Reads a log.</summary>
    /// <param name="path">Its path; it need not exist.</param>
    /// <returns>What it tells.</returns>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static ClusterProgress Read(string path)
    {
        var progress = new ClusterProgress();
        try
        {
            foreach (TrainingEvent trainingEvent in File.Exists(path) ? new LogReader(path).Read() : [])
            {
                progress.Take(trainingEvent);
            }

            return progress;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>Whether a worker took part and is gone without a word.</summary>
    /// <param name="worker">Name of the worker.</param>
    /// <param name="since">When its process was started: what was lost before was another one.</param>
    /// <returns>True if it was lost.</returns>
    public bool HasLost(string worker, DateTimeOffset? since) => _lost.TryGetValue(worker, out DateTimeOffset lost) && lost >= since;

    /// <summary>Takes note of an event; all of them, in their order.</summary>
    /// <param name="trainingEvent">The event.</param>
    public void Take(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                StepsTotal = started.StepsTotal;
                Begin(0);
                break;
            case RunResumed resumed:
                Begin(resumed.Step);
                break;
            case Membership membership:
                Take(membership);
                break;
            case StepWindow window:
                Window = window;
                Step = window.Step;
                break;
            case RunFinished finished:
                Step = finished.Step;
                IsOver = true;
                break;
        }
    }

    // Nobody is a member of a server that has just been started.
    private void Begin(long step)
    {
        FirstStep = step;
        Step = step;
        IsOver = false;
        _members.Clear();
        _lost.Clear();
    }

    private void Take(Membership membership)
    {
        string worker = membership.Worker;
        switch (membership.Change)
        {
            case MembershipChanges.Joined or MembershipChanges.Reassigned:
                _members[worker] = membership.Shards;
                _lost.Remove(worker);
                break;
            case MembershipChanges.Left:
                _members.Remove(worker);
                break;
            case MembershipChanges.Lost:
                _members.Remove(worker);
                _lost[worker] = membership.Time;
                break;
        }
    }
}
