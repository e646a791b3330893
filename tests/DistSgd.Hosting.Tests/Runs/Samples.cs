using System.Runtime.InteropServices;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Random;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Hosting.Tests.Runs;

// Checkpoints with random content, a function of the seed alone; every bit pattern of a float occurs, NaN too.
internal static class Samples
{
    public static readonly ParameterLayout SmallLayout = new(3, 18, 2);

    public static Checkpoint Checkpoint(long step, ParameterLayout? layout = null, params string[] slots)
    {
        layout ??= SmallLayout;
        var random = new RandomStream((ulong)step, StreamPurpose.Test);
        return new Checkpoint
        {
            Layout = layout,
            Parameters = Vector(layout, random),
            InputScale = Floats(layout.Inputs, random),
            InputShift = Floats(layout.Inputs, random),
            ModelJson = """{"activation":"relu","classes":["zwölf","a \"quoted\" name"]}""",
            Slots = [.. slots.Select(name => (name, Vector(layout, random)))],
            State = new TrainingState
            {
                Step = step,
                UpdateCount = step - 1,
                ConsecutiveSkippedSteps = 1,
                Term = 3,
                ConfigDigest = "c0ffee",
                DataSha256 = "da7a",
                BestValidationLoss = step == 0 ? double.PositiveInfinity : 1.0 / step,
                EvaluationsSinceBest = 2,
            },
        };
    }

    public static void ShouldHaveTheBitsOf(this Checkpoint found, Checkpoint expected)
    {
        found.State.ShouldBe(expected.State);
        found.ShouldHaveTheModelBitsOf(expected);
        found.Slots.Select(slot => slot.Name).ShouldBe(expected.Slots.Select(slot => slot.Name));
        foreach (((_, AlignedVector values), (_, AlignedVector expectedValues)) in found.Slots.Zip(expected.Slots))
        {
            Bits(values.Span).ShouldBe(Bits(expectedValues.Span));
        }
    }

    public static void ShouldHaveTheModelBitsOf(this SavedModel found, SavedModel expected)
    {
        found.ModelJson.ShouldBe(expected.ModelJson);
        found.Layout.Length.ShouldBe(expected.Layout.Length);
        Bits(found.Parameters.Span).ShouldBe(Bits(expected.Parameters.Span));
        Bits(found.InputScale).ShouldBe(Bits(expected.InputScale));
        Bits(found.InputShift).ShouldBe(Bits(expected.InputShift));
    }

    private static int[] Bits(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, int>(values).ToArray();

    private static AlignedVector Vector(ParameterLayout layout, RandomStream random)
    {
        var vector = new AlignedVector(layout.Length);
        foreach (ParameterTensor tensor in ParameterTensor.Of(layout))
        {
            tensor.Import(Floats(tensor.Rows * tensor.RowBytes / sizeof(float), random), vector.Span);
        }

        return vector;
    }

    private static float[] Floats(int count, RandomStream random) =>
        [.. Enumerable.Range(0, count).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextBits()))];
}
