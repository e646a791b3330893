using DistSgd.Training.Protocol;

namespace DistSgd.Hosting.Node;

/// <summary>Reports refused peers, at most one a second: somebody who dials again and again must not fill the log.</summary>
/// <param name="clock">The time.</param>
/// <param name="report">Receives the reports.</param>
internal sealed class Refusals(TimeProvider clock, Action<PeerRefused> report)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long? _last;
    private int _unreported;

    /// <summary>Takes note of a refusal.</summary>
    /// <param name="peer">Name or address of the peer.</param>
    /// <param name="reason">Why.</param>
    public void Report(string peer, string reason)
    {
        string others;
        lock (_lock)
        {
            if (_last is { } last && clock.GetElapsedTime(last) < Interval)
            {
                _unreported++;
                return;
            }

            others = _unreported == 0 ? "" : $" ({_unreported} more since the last report)";
            _last = clock.GetTimestamp();
            _unreported = 0;
        }

        // Whoever receives it may go on to lead the run for a while; the next refusal does not wait for that.
        report(new PeerRefused(peer, reason + others));
    }
}
