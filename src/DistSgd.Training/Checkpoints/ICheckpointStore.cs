namespace DistSgd.Training.Checkpoints;

/// <summary>Where the parameter server leaves its checkpoints.</summary>
public interface ICheckpointStore
{
    /// <summary>Stores a checkpoint; when this returns, a crash no longer loses it.</summary>
    /// <param name="checkpoint">The checkpoint; the store keeps no reference to its vectors.</param>
    /// <returns>What was written, for the log.</returns>
    /// <exception cref="IOException">It cannot be written; the checkpoints before it are still there.</exception>
    CheckpointReceipt Save(Checkpoint checkpoint);
}

/// <summary>What a store did with a checkpoint.</summary>
/// <param name="File">Name of the file, without its directory.</param>
/// <param name="Bytes">Size of the file in bytes.</param>
/// <param name="ParametersSha256">Digest of the parameters, see <see cref="ParametersHash"/>.</param>
public sealed record CheckpointReceipt(string File, long Bytes, string ParametersSha256);
