namespace DistSgd.Training.Wire;

/// <summary>How large things on the wire may be; checked by the sender, and by the receiver before it allocates anything.</summary>
public static class WireLimits
{
    /// <summary>Bytes of a frame's head, the fields of a message without its vector.</summary>
    public const int HeadBytesMax = 64 * 1024;

    /// <summary>Bytes of a frame's payload: a model of 268 million parameters.</summary>
    public const int PayloadBytesMax = 1 << 30;

    /// <summary>Bytes of a whole frame.</summary>
    public const int FrameBytesMax = Frames.FrameHeader.SizeBytes + HeadBytesMax + PayloadBytesMax;

    /// <summary>Arrays and maps within one another.</summary>
    public const int NestingDepthMax = 64;

    /// <summary>Shards of a run, as in the config.</summary>
    public const int ShardsMax = 1024;

    /// <summary>Servers of a run: the one that leads and those that stand by.</summary>
    public const int ServersMax = 64;

    /// <summary>Bytes of the name of a node, a worker or a run.</summary>
    public const int NameBytesMax = 256;

    /// <summary>Bytes of a reason that a person is told.</summary>
    public const int ReasonBytesMax = 4096;

    /// <summary>Bytes of a run's config.</summary>
    public const int ConfigBytesMax = 60 * 1024;

    /// <summary>Bytes of a challenge: as many as the proof has, so that guessing either is equally hopeless.</summary>
    public const int NonceBytes = 32;

    /// <summary>Bytes of a proof that a peer knows the token: one HMAC-SHA256.</summary>
    public const int ProofBytes = 32;

    /// <summary>Evaluated blocks in one frame; more travel in several.</summary>
    public const int BlocksPerFrameMax = 2048;

    /// <summary>Directions of a request for losses: a line, a plane, a space.</summary>
    public const int DirectionsMax = 16;

    /// <summary>Numbers in double precision in one payload.</summary>
    public const int NumbersPerFrameMax = 1 << 23;

    /// <summary>Points of a request for losses.</summary>
    public const int PointsMax = 1 << 20;
}
