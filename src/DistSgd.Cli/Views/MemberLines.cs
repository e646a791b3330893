using DistSgd.Monitoring.Events;

namespace DistSgd.Cli.Views;

/// <summary>
/// The lines that tell who joins a cluster and who leaves. Those who are there from the start are told in one line, and the shards that
/// move because of somebody else are not told at all.
/// </summary>
internal sealed class MemberLines
{
    private readonly List<string> _gathered = [];
    private int _expected;

    /// <summary>Whether the workers of the start are still awaited.</summary>
    private bool IsGathering => _expected > 0;

    /// <summary>The lines that an event gives.</summary>
    /// <param name="trainingEvent">The event; all of them, in their order.</param>
    /// <returns>At most one line.</returns>
    public IReadOnlyList<string> Of(TrainingEvent trainingEvent)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                return Await(started.Workers);
            case RunResumed resumed:
                return Await(resumed.Workers);
            case Membership { Change: MembershipChanges.Joined } joined when IsGathering:
                _gathered.Add(joined.Worker);
                return _gathered.Count < _expected ? [] : Gathered();
            case Membership membership:
                if (membership.Change is MembershipChanges.Left or MembershipChanges.Lost)
                {
                    _gathered.Remove(membership.Worker);
                }

                return Line(membership) is { } line ? [line] : [];
            case StepWindow when IsGathering:
                return Gathered();
            default:
                return [];
        }
    }

    private static string? Line(Membership membership) => membership.Change switch
    {
        MembershipChanges.Joined when membership.Shards.Count == 0 => $"{membership.Worker} joined and stands by",
        MembershipChanges.Joined => $"{membership.Worker} joined{Shards(membership)}",
        MembershipChanges.Left => $"{membership.Worker} left{Reason(membership)}{Shards(membership)}",
        MembershipChanges.Lost => $"{membership.Worker} lost{Reason(membership)}{Shards(membership)}",
        MembershipChanges.Quarantined => $"{membership.Worker} put into quarantine{Reason(membership)}{Shards(membership)}",
        MembershipChanges.Refused => $"{membership.Worker} refused{Reason(membership)}",
        _ => null,
    };

    private static string Reason(Membership membership) => membership.Reason is { Length: > 0 } reason ? $" ({reason})" : "";

    private static string Shards(Membership membership) => membership.Shards switch
    {
        [] => "",
        [int one] => $", shard {one}",
        var shards => $", shards {ClusterStatusText.Shards(shards)}",
    };

    private IReadOnlyList<string> Await(int workers)
    {
        _expected = workers;
        _gathered.Clear();
        return [];
    }

    private IReadOnlyList<string> Gathered()
    {
        int expected = _expected;
        _expected = 0;
        return [_gathered.Count < expected ? $"{_gathered.Count} of {expected} workers joined: {string.Join(", ", _gathered)}"
            : expected == 1 ? $"{_gathered[0]} joined" : $"{expected} workers joined"];
    }
}
