using System.Text.Json;
using DistSgd.Hosting.Runs.SafeTensors;
using DistSgd.Learning;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Hosting.Runs;

/// <summary>
/// The content of a checkpoint file: the tensors of the model, <c>optimizer.SLOT.layers.N.weight|bias</c> for every slot, and the training
/// state as JSON in the metadata.
/// </summary>
internal static class CheckpointFile
{
    private const string StateKey = "distsgd.state";
    private const string SlotPrefix = "optimizer.";

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="IOException">The stream cannot take it.</exception>
    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        Dictionary<string, string> metadata = ModelTensors.Metadata(checkpoint);
        metadata[StateKey] = JsonSerializer.Serialize(checkpoint.State, RunJson.Options);
        SealedTensorFile.Write(stream, [.. Tensors(checkpoint, checkpoint.Slots)], metadata);
    }

    /// <summary>Reads a checkpoint.</summary>
    /// <exception cref="InputException">The file cannot be read, is damaged, or holds something else.</exception>
    public static Checkpoint Read(string path)
    {
        using SafeTensorsReader reader = SealedTensorFile.Open(path);
        SavedModel model = ModelTensors.Read(reader);
        (string Name, AlignedVector Values)[] slots = [.. SlotNames(reader, model.Layout)
            .Select(name => (name, ModelTensors.ReadVector(reader, model.Layout, $"{SlotPrefix}{name}.")))];
        ModelTensors.RequireNoOthers(reader, Tensors(model, slots));
        return new Checkpoint
        {
            State = ReadState(reader),
            Layout = model.Layout,
            Parameters = model.Parameters,
            InputScale = model.InputScale,
            InputShift = model.InputShift,
            ModelJson = model.ModelJson,
            Slots = slots,
        };
    }

    private static IEnumerable<TensorSource> Tensors(SavedModel model, IEnumerable<(string Name, AlignedVector Values)> slots) =>
    [
        .. ModelTensors.Of(model),
        .. slots.SelectMany(slot => ModelTensors.OfVector(model.Layout, slot.Values, $"{SlotPrefix}{slot.Name}.")),
    ];

    /// <summary>Slots in the order of the file, recognised by their first tensor.</summary>
    private static IEnumerable<string> SlotNames(SafeTensorsReader reader, ParameterLayout layout)
    {
        string suffix = $".{ParameterTensor.Of(layout).First().Name}";
        return reader.Tensors
            .Select(tensor => tensor.Name)
            .Where(name => name.StartsWith(SlotPrefix, StringComparison.Ordinal) && name.EndsWith(suffix, StringComparison.Ordinal)
                && name.Length > SlotPrefix.Length + suffix.Length)
            .Select(name => name[SlotPrefix.Length..^suffix.Length]);
    }

    private static TrainingState ReadState(SafeTensorsReader reader)
    {
        try
        {
            return JsonSerializer.Deserialize<TrainingState>(SealedTensorFile.Metadata(reader, StateKey), RunJson.Options)
                ?? throw new JsonException("It is null.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{reader.Path}: the metadata entry '{StateKey}' is not the state of a training run. {e.Message}", e);
        }
    }
}
