using System.Buffers.Binary;
using DistSgd.Hosting.Runs.SafeTensors;
using DistSgd.Learning;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Hosting.Runs;

/// <summary>
/// Maps a model to the tensors <c>layers.N.weight</c>, <c>layers.N.bias</c>, <c>input.scale</c>, <c>input.shift</c>, and back.
/// </summary>
internal static class ModelTensors
{
    private const string ScaleName = "input.scale";
    private const string ShiftName = "input.shift";
    private const string ModelKey = "distsgd.model";

    /// <summary>The tensors of the parameters and of the input scaling.</summary>
    public static IEnumerable<TensorSource> Of(SavedModel model) =>
    [
        .. OfVector(model.Layout, model.Parameters, prefix: ""),
        OfArray(ScaleName, model.InputScale, model.Layout),
        OfArray(ShiftName, model.InputShift, model.Layout),
    ];

    /// <summary>The tensors of one flat vector, their names prefixed.</summary>
    public static IEnumerable<TensorSource> OfVector(ParameterLayout layout, AlignedVector vector, string prefix) =>
        ParameterTensor.Of(layout).Select(tensor => new TensorSource(
            prefix + tensor.Name, tensor.Shape, (row, bytes) => tensor.CopyRow(vector.Span, row, bytes)));

    /// <summary>The metadata of a model.</summary>
    public static Dictionary<string, string> Metadata(SavedModel model) => new() { [ModelKey] = model.ModelJson };

    /// <summary>Reads the model's part of a file.</summary>
    /// <exception cref="InputException">A tensor is missing or has a shape that does not fit its neighbours.</exception>
    public static SavedModel Read(SafeTensorsReader reader)
    {
        ParameterLayout layout = ReadLayout(reader);
        return new SavedModel
        {
            Layout = layout,
            Parameters = ReadVector(reader, layout, prefix: ""),
            InputScale = reader.Read(Require(reader, ScaleName, layout.Inputs)),
            InputShift = reader.Read(Require(reader, ShiftName, layout.Inputs)),
            ModelJson = SealedTensorFile.Metadata(reader, ModelKey),
        };
    }

    /// <summary>Reads one flat vector.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape than the layout's.</exception>
    public static AlignedVector ReadVector(SafeTensorsReader reader, ParameterLayout layout, string prefix)
    {
        var vector = new AlignedVector(layout.Length);
        foreach (ParameterTensor tensor in ParameterTensor.Of(layout))
        {
            TensorEntry entry = Require(reader, prefix + tensor.Name, tensor.Shape);
            tensor.Import(reader.Read(entry), vector.Span);
        }

        return vector;
    }

    /// <summary>Refuses tensors that nobody has asked for: they would be lost silently.</summary>
    /// <exception cref="InputException">There is one.</exception>
    public static void RequireNoOthers(SafeTensorsReader reader, IEnumerable<TensorSource> known)
    {
        var names = known.Select(tensor => tensor.Name).ToHashSet();
        if (reader.Tensors.FirstOrDefault(tensor => !names.Contains(tensor.Name)) is { } other)
        {
            throw new InputException($"{reader.Path} holds an unknown tensor '{other.Name}' of shape {Text(other.Shape)}.");
        }
    }

    /// <summary>A shape as people write it.</summary>
    public static string Text(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";

    private static ParameterLayout ReadLayout(SafeTensorsReader reader)
    {
        var widths = new List<int>();
        for (int layer = 0; layer == 0 || reader.Find($"layers.{layer}.weight") is not null; layer++)
        {
            string name = $"layers.{layer}.weight";
            if (reader.Find(name)?.Shape is not [int outputs and > 0, int inputs and > 0])
            {
                throw new InputException($"{reader.Path} holds no model: tensor '{name}' of shape [outputs, inputs] is missing.");
            }

            if (layer == 0)
            {
                widths.Add(inputs);
            }

            _ = Require(reader, name, outputs, widths[^1]);
            widths.Add(outputs);
        }

        try
        {
            return new ParameterLayout([.. widths]);
        }
        catch (OverflowException e)
        {
            throw new InputException($"{reader.Path} holds a model too large for this program, layer widths {Text(widths)}.", e);
        }
    }

    private static TensorEntry Require(SafeTensorsReader reader, string name, params ReadOnlySpan<int> shape)
    {
        TensorEntry entry = reader.Find(name)
            ?? throw new InputException($"{reader.Path} lacks the tensor '{name}' of shape {Text(shape.ToArray())}.");
        return entry.Shape.SequenceEqual(shape.ToArray()) ? entry : throw new InputException(
            $"{reader.Path}: tensor '{name}' has the shape {Text(entry.Shape)}, expected {Text(shape.ToArray())}.");
    }

    private static TensorSource OfArray(string name, float[] values, ParameterLayout layout)
    {
        if (values.Length != layout.Inputs)
        {
            throw new ArgumentException($"'{name}' has {values.Length} elements, the model has {layout.Inputs} inputs.", nameof(values));
        }

        return new TensorSource(name, [values.Length], (_, bytes) =>
        {
            for (int i = 0; i < values.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes[(sizeof(float) * i)..], values[i]);
            }
        });
    }
}
