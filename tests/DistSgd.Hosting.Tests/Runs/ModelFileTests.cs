using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Tests.Runs.SafeTensors;
using DistSgd.Learning;

namespace DistSgd.Hosting.Tests.Runs;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_model_comes_back_with_its_layout_read_from_the_shapes()
    {
        ModelFile.Write(_directory["model"], Samples.Checkpoint(3));

        ModelFile.Read(_directory["model"]).ShouldHaveTheModelBitsOf(Samples.Checkpoint(3));
        PlainSafeTensors.Parse(File.ReadAllBytes(_directory["model"])).Tensors.Keys.ShouldBe(
            ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "input.scale", "input.shift"]);
    }

    [Fact]
    public void A_model_of_an_independent_writer_is_read()
    {
        string path = _directory.WriteBytes("model", TwoByTwo().Sealed().ToBytes());

        var model = ModelFile.Read(path);

        model.Layout.Inputs.ShouldBe(2);
        model.Parameters.Span[model.Layout.Layers[0].WeightIndex(output: 1, input: 0)].ShouldBe(3);
        model.Layout.Layers[0].Bias(model.Parameters.Span).ToArray().ShouldBe([5, 6]);
        model.InputShift.ShouldBe([9, 10]);
    }

    [Fact]
    public void Tensors_that_make_no_model_are_told()
    {
        Refusal(file => file.Tensors["layers.0.bias"] = ([3], [1, 2, 3])).ShouldContain("'layers.0.bias' has the shape [3], expected [2]");
        Refusal(file => file.Tensors["layers.1.weight"] = ([1, 3], [1, 2, 3]))
            .ShouldContain("'layers.1.weight' has the shape [1, 3], expected [1, 2]");
        Refusal(file => file.Tensors["layers.1.weight"] = ([1, 2], [1, 2])).ShouldContain("lacks the tensor 'layers.1.bias' of shape [1]");
        Refusal(file => file.Tensors["layers.0.weight"] = ([4], [1, 2, 3, 4])).ShouldContain("holds no model");
        Refusal(file => file.Tensors["layers.0.weight"] = ([0, 2], [])).ShouldContain("holds no model");
        Refusal(file => file.Tensors.Remove("layers.0.weight")).ShouldContain("holds no model");
        Refusal(file => file.Tensors.Remove("input.scale")).ShouldContain("lacks the tensor 'input.scale' of shape [2]");
        Refusal(file => file.Tensors["layers.7.bias"] = ([1], [1])).ShouldContain("unknown tensor 'layers.7.bias' of shape [1]");
        Refusal(file => file.Metadata.Remove("distsgd.model")).ShouldContain("lack 'distsgd.model'");
    }

    [Fact]
    public void A_file_of_another_program_is_told()
    {
        string path = _directory.WriteBytes("model", TwoByTwo().ToBytes());

        Should.Throw<InputException>(() => ModelFile.Read(path)).Message.ShouldBe(
            $"{path} was not written by distsgd: its metadata lack 'distsgd.sha256'.");
    }

    [Fact]
    public void A_changed_weight_is_noticed()
    {
        byte[] bytes = TwoByTwo().Sealed().ToBytes();
        bytes[^1] ^= 0x80;

        Should.Throw<InputException>(() => ModelFile.Read(_directory.WriteBytes("model", bytes))).Message.ShouldContain("is damaged");
    }

    [Fact]
    public void Scaling_of_the_wrong_width_is_not_written()
    {
        var wide = Samples.Checkpoint(1);
        var model = new Training.Checkpoints.SavedModel
        {
            Layout = wide.Layout,
            Parameters = wide.Parameters,
            InputScale = [1],
            InputShift = wide.InputShift,
            ModelJson = "{}",
        };

        Should.Throw<ArgumentException>(() => ModelFile.Write(_directory["model"], model));
        _directory.Files().ShouldBeEmpty();
    }

    private static PlainSafeTensors TwoByTwo() => new()
    {
        Metadata = { ["distsgd.model"] = "{}" },
        Tensors =
        {
            ["input.scale"] = ([2], [7, 8]),
            ["layers.0.bias"] = ([2], [5, 6]),
            ["layers.0.weight"] = ([2, 2], [1, 2, 3, 4]),
            ["input.shift"] = ([2], [9, 10]),
        },
    };

    private string Refusal(Action<PlainSafeTensors> spoil)
    {
        PlainSafeTensors file = TwoByTwo();
        spoil(file);
        string path = _directory.WriteBytes("model", file.Sealed().ToBytes());
        string message = Should.Throw<InputException>(() => ModelFile.Read(path)).Message;
        message.ShouldContain(path);
        return message;
    }
}
