namespace DistSgd.Training.Wire.Frames;

/// <summary>What message a frame holds. The numbers are part of the protocol: none is ever given to another message.</summary>
public enum FrameType : ushort
{
    /// <summary><see cref="Wire.Hello"/>.</summary>
    Hello = 1,

    /// <summary><see cref="Wire.Challenge"/>.</summary>
    Challenge = 2,

    /// <summary><see cref="Wire.ChallengeAnswer"/>.</summary>
    ChallengeAnswer = 3,

    /// <summary><see cref="Wire.Welcome"/>.</summary>
    Welcome = 4,

    /// <summary><see cref="Wire.Refused"/>.</summary>
    Refused = 5,

    /// <summary><see cref="Wire.Ping"/>.</summary>
    Ping = 6,

    /// <summary><see cref="Wire.Pong"/>.</summary>
    Pong = 7,

    /// <summary><see cref="Wire.Leave"/>.</summary>
    Leave = 8,

    /// <summary><see cref="Wire.RunEnded"/>.</summary>
    RunEnded = 9,

    /// <summary><see cref="Wire.FindServer"/>.</summary>
    FindServer = 10,

    /// <summary><see cref="Wire.ServerFound"/>.</summary>
    ServerFound = 11,

    /// <summary><see cref="Protocol.WorkerJoined"/>.</summary>
    WorkerJoined = 32,

    /// <summary><see cref="Protocol.AssignShards"/>.</summary>
    AssignShards = 33,

    /// <summary><see cref="Protocol.StepStarted"/>.</summary>
    StepStarted = 34,

    /// <summary><see cref="Protocol.GradientComputed"/>.</summary>
    GradientComputed = 35,

    /// <summary><see cref="Protocol.EvaluateBlocks"/>.</summary>
    EvaluateBlocks = 36,

    /// <summary><see cref="Protocol.BlocksEvaluated"/>.</summary>
    BlocksEvaluated = 37,

    /// <summary><see cref="Protocol.MeasureCurvature"/>.</summary>
    MeasureCurvature = 38,

    /// <summary><see cref="Protocol.CurvatureMeasured"/>.</summary>
    CurvatureMeasured = 39,

    /// <summary><see cref="Protocol.Interrupt"/>.</summary>
    Interrupt = 40,

    /// <summary><see cref="Protocol.RecomputeSlices"/>.</summary>
    RecomputeSlices = 41,
}

/// <summary>Kinds of frames.</summary>
public static class FrameTypes
{
    private const ushort ConnectionEnd = 32;

    /// <summary>True for the types of this protocol.</summary>
    /// <param name="type">Any number.</param>
    /// <returns>Whether it is one.</returns>
    public static bool IsKnown(this FrameType type) =>
        type is (>= FrameType.Hello and <= FrameType.ServerFound) or (>= FrameType.WorkerJoined and <= FrameType.RecomputeSlices);

    /// <summary>True for messages about the connection, false for those of the training.</summary>
    /// <param name="type">A type.</param>
    /// <returns>Which.</returns>
    public static bool IsOfConnection(this FrameType type) => (ushort)type < ConnectionEnd;

    /// <summary>True for messages that may have a payload.</summary>
    /// <param name="type">A type.</param>
    /// <returns>Whether it may.</returns>
    public static bool MayHavePayload(this FrameType type) => type is FrameType.StepStarted or FrameType.GradientComputed
        or FrameType.EvaluateBlocks or FrameType.RecomputeSlices or FrameType.MeasureCurvature or FrameType.CurvatureMeasured;
}
