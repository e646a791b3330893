namespace DistSgd.Simulation.Faults;

/// <summary>What may go wrong in a simulated cluster.</summary>
public enum FaultKind
{
    /// <summary>A worker's process dies; its connection is reset.</summary>
    KillWorker,

    /// <summary>A worker's machine loses power: its connection just falls silent.</summary>
    WorkerPowerLoss,

    /// <summary>A worker gets no time to compute, then goes on.</summary>
    FreezeWorker,

    /// <summary>A worker computes many times slower than the others.</summary>
    SlowWorker,

    /// <summary>A worker says good-bye.</summary>
    LeaveWorker,

    /// <summary>The server's process dies.</summary>
    KillServer,

    /// <summary>The server gets no time to compute, then goes on.</summary>
    FreezeServer,

    /// <summary>The server is asked to end, with a checkpoint, and started again.</summary>
    InterruptServer,

    /// <summary>Some workers and the server do not reach each other.</summary>
    Partition,

    /// <summary>A worker and the server do not reach each other in one direction.</summary>
    OneWayPartition,

    /// <summary>A link carries everything late, in one or both directions.</summary>
    SlowLink,

    /// <summary>Checkpoints cannot be written.</summary>
    DiskFull,

    /// <summary>Checkpoints take long to be written.</summary>
    SlowDisk,

    /// <summary>The newest checkpoint becomes unreadable, and the server dies.</summary>
    DamagedCheckpoint,

    /// <summary>A frame is lost, and with it the connection: reset, or silent.</summary>
    Drop,

    /// <summary>A frame arrives twice.</summary>
    Duplicate,

    /// <summary>A frame arrives before frames that were sent earlier.</summary>
    Reorder,

    /// <summary>A frame arrives much later than the others of its connection.</summary>
    Delay,

    /// <summary>A bit of a frame is flipped.</summary>
    Corrupt,

    /// <summary>A copy of a frame arrives in a later connection, perhaps at a later life of the server.</summary>
    Stray,

    /// <summary>The clocks of the machines run at different speeds.</summary>
    ClockDrift,
}
