namespace DistSgd.Hosting.Node;

/// <summary>How long things on a connection may take.</summary>
/// <param name="Silence">After which a peer that was not heard of is lost.</param>
internal readonly record struct ConnectionLimits(TimeSpan Silence)
{
    /// <summary>Signs of life that fit into the limit of silence, so that some may be late.</summary>
    private const int HeartbeatsPerSilence = 6;

    /// <summary>Time for a peer to prove who it is.</summary>
    public static TimeSpan Handshake { get; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a socket is waited for in one go; the system's call for it refuses more than half an hour.</summary>
    public static TimeSpan PollMax { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Connections that have not yet proved who they are; further ones are closed at once.</summary>
    public const int StrangersMax = 64;

    /// <summary>Bytes that wait to be sent to a peer that does not read.</summary>
    public const long WaitingBytesMax = 4L << 30;

    /// <summary>How slow a peer may receive or send a frame.</summary>
    public double BytesPerSecondMin { get; init; } = 256 * 1024;

    /// <summary>How often each side lets the other hear of it.</summary>
    public TimeSpan Heartbeat => Silence / HeartbeatsPerSilence;

    /// <summary>The limits that a server announces.</summary>
    /// <param name="milliseconds">Milliseconds between its heartbeats.</param>
    /// <returns>The limits.</returns>
    public static ConnectionLimits OfHeartbeat(int milliseconds) => new(HeartbeatsPerSilence * TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>How long a frame may be under way.</summary>
    /// <param name="bytes">Its length.</param>
    /// <returns>The time.</returns>
    public TimeSpan Frame(long bytes) => Silence + TimeSpan.FromSeconds(bytes / BytesPerSecondMin);
}
