using DistSgd.Hosting.Runs.SafeTensors;
using DistSgd.Learning;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Hosting.Runs;

/// <summary>
/// <c>model.safetensors</c>, the result of a run: <c>layers.N.weight</c> [out, in] and <c>layers.N.bias</c> [out], with
/// <c>input.scale</c> and <c>input.shift</c> [in], so that it predicts from raw features alone.
/// </summary>
public static class ModelFile
{
    /// <summary>Writes a model; an old file is replaced only once the new one is on the disk.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model, or a checkpoint.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, SavedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        TensorSource[] tensors = [.. ModelTensors.Of(model)];
        AtomicFile.Write(path, stream => SealedTensorFile.Write(stream, tensors, ModelTensors.Metadata(model)));
    }

    /// <summary>Reads the model of a run.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The model, its layout taken from the shapes of the tensors.</returns>
    /// <exception cref="InputException">The run has not ended yet, or its model cannot be read.</exception>
    public static SavedModel ReadOf(RunDirectory run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (File.Exists(run.ModelPath))
        {
            return Read(run.ModelPath);
        }

        throw new InputException(
            RunLock.IsHeld(run.LockPath) ? $"{run.FullPath}: has no model yet: a process is still training it; wait until it ends."
            : File.Exists(run.SummaryPath) ? $"{run.ModelPath}: no such file, although the run has ended."
            : $"{run.FullPath}: has no model yet: the run has not ended; continue it with: distsgd train --resume {run.FullPath}");
    }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model, its layout taken from the shapes of the tensors.</returns>
    /// <exception cref="InputException">The file cannot be read, is damaged, or holds something else.</exception>
    public static SavedModel Read(string path)
    {
        using SafeTensorsReader reader = SealedTensorFile.Open(path);
        SavedModel model = ModelTensors.Read(reader);
        ModelTensors.RequireNoOthers(reader, ModelTensors.Of(model));
        return model;
    }
}
