using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Tests.Runs.SafeTensors;
using DistSgd.Learning;
using DistSgd.Learning.Models;
using DistSgd.Training.Checkpoints;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Hosting.Tests.Runs;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_checkpoint_comes_back_bit_for_bit_whatever_the_layer_widths()
    {
        Gen<int[]> widths = Gen.Choose(1, 70).ArrayOf().Where(array => array.Length is >= 2 and <= 5);
        Prop.ForAll(widths.ToArbitrary(), chosen =>
        {
            Checkpoint saved = Samples.Checkpoint(40, new ParameterLayout(chosen), "momentum", "square_average");
            CheckpointStore store = Store();
            store.Save(saved);

            store.LoadNewest(saved.Layout).ShouldNotBeNull().ShouldHaveTheBitsOf(saved);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(30));
    }

    [Fact]
    public void Other_tools_find_row_major_tensors_under_the_documented_names()
    {
        Checkpoint saved = Samples.Checkpoint(5, new ParameterLayout(3, 2), "momentum");
        LayerShape layer = saved.Layout.Layers[0];
        float[] weight = new float[6];
        layer.ExportWeight(saved.Slots[0].Values.Span, weight);

        CheckpointReceipt receipt = Store().Save(saved);
        byte[] bytes = File.ReadAllBytes(_directory[receipt.File]);
        var file = PlainSafeTensors.Parse(bytes);

        receipt.ShouldBe(new CheckpointReceipt(
            "step-5.safetensors", bytes.Length, ParametersHash.Compute(saved.Layout, saved.Parameters.Span)));
        file.Tensors.Keys.ShouldBe([
            "layers.0.weight", "layers.0.bias", "input.scale", "input.shift",
            "optimizer.momentum.layers.0.weight", "optimizer.momentum.layers.0.bias"]);
        file.Tensors["optimizer.momentum.layers.0.weight"].Shape.ShouldBe([2, 3]);
        file.Tensors["optimizer.momentum.layers.0.weight"].Values.ShouldBe(weight);
        file.Tensors["optimizer.momentum.layers.0.bias"].Values.ShouldBe(layer.Bias(saved.Slots[0].Values.Span).ToArray());
        file.Tensors["input.scale"].Values.ShouldBe(saved.InputScale);
        file.Metadata["distsgd.model"].ShouldBe(saved.ModelJson);
        file.Metadata["distsgd.state"].ShouldContain("\"config_digest\": \"c0ffee\"");
        file.Metadata.Remove("distsgd.sha256", out string? digest);
        digest.ShouldBe(file.Sealed().Metadata["distsgd.sha256"]);
    }

    [Theory]
    [InlineData(1, new long[] { 0, 50 })]
    [InlineData(2, new long[] { 0, 40, 50 })]
    [InlineData(9, new long[] { 0, 10, 20, 30, 40, 50 })]
    public void The_first_and_the_newest_are_kept(int keep, long[] kept)
    {
        Save(Store(keep), 0, 10, 20, 30, 40, 50);

        CheckpointStore.Steps(_directory.Path).ShouldBe(kept);
        _directory.Files().Length.ShouldBe(kept.Length);
    }

    [Fact]
    public void A_file_of_a_dropped_future_never_displaces_the_checkpoint_just_written()
    {
        Save(Store(keep: 1), 100);
        File.WriteAllText(_directory["step-100.safetensors"], "damaged");
        Save(Store(keep: 1), 50, 60);

        CheckpointStore.Steps(_directory.Path).ShouldBe([60, 100]);
        LoadNewest().ShouldNotBeNull().State.Step.ShouldBe(60);
    }

    [Fact]
    public void An_empty_or_absent_folder_holds_no_checkpoint()
    {
        LoadNewest().ShouldBeNull();
        new CheckpointStore(_directory["absent"], 1, _warnings.Add).LoadNewest(Samples.SmallLayout).ShouldBeNull();
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void A_damaged_newest_checkpoint_is_reported_and_the_one_before_it_taken()
    {
        Save(Store(), 10, 20, 30);
        byte[] bytes = File.ReadAllBytes(_directory["step-30.safetensors"]);
        File.WriteAllBytes(_directory["step-30.safetensors"], bytes[..^1]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_directory["step-20.safetensors"], bytes);

        LoadNewest().ShouldNotBeNull().ShouldHaveTheBitsOf(Samples.Checkpoint(10, null, "momentum"));
        _warnings.Count.ShouldBe(2);
        _warnings[0].ShouldContain(_directory["step-30.safetensors"]);
        _warnings[0].ShouldContain("truncated");
        _warnings[1].ShouldContain(_directory["step-20.safetensors"]);
        _warnings[1].ShouldContain("SHA-256");
    }

    [Fact]
    public void A_checkpoint_under_the_name_of_another_step_is_not_taken()
    {
        Save(Store(), 10);
        File.Copy(_directory["step-10.safetensors"], _directory["step-20.safetensors"]);

        LoadNewest().ShouldNotBeNull().State.Step.ShouldBe(10);
        _warnings.ShouldHaveSingleItem().ShouldContain("holds the state of step 10, expected 20");
    }

    [Fact]
    public void Nothing_but_damaged_checkpoints_is_an_error()
    {
        _directory.WriteText("step-10.safetensors", "damaged");
        _directory.WriteText("step-20.safetensors", "");

        Should.Throw<InputException>(LoadNewest).Message
            .ShouldBe($"None of the 2 checkpoints in {_directory.Path} can be read; the newest is step-20.safetensors.");
        _warnings.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(new[] { 3, 18, 2 }, new[] { 3, 20, 2 }, "tensor 'layers.0.weight': found [18, 3], expected [20, 3].")]
    [InlineData(new[] { 3, 18, 2 }, new[] { 3, 18, 4 }, "tensor 'layers.1.weight': found [2, 18], expected [4, 18].")]
    [InlineData(new[] { 3, 18, 2 }, new[] { 3, 18, 2, 2 }, "tensor 'layers.2.weight': found no such tensor, expected [2, 2].")]
    [InlineData(new[] { 3, 18, 2 }, new[] { 3, 18 }, "tensor 'layers.1.weight': found [2, 18], expected no such tensor.")]
    public void A_checkpoint_of_another_model_is_refused(int[] found, int[] expected, string difference)
    {
        Store().Save(Samples.Checkpoint(10, new ParameterLayout(found), "momentum"));

        Should.Throw<InputException>(() => Store().LoadNewest(new ParameterLayout(expected))).Message
            .ShouldBe($"{_directory["step-10.safetensors"]} is a checkpoint of another model: {difference}");
    }

    [Fact]
    public void A_full_disk_keeps_every_old_checkpoint_and_leaves_no_fragment()
    {
        Save(Store(keep: 1), 10);
        long size = new FileInfo(_directory["step-10.safetensors"]).Length;

        Prop.ForAll(Gen.Choose(0, (int)size - 100).ToArbitrary(), capacity =>
        {
            var store = new CheckpointStore(_directory.Path, 1, _warnings.Add, path => new FullDisk(path, capacity));
            Should.Throw<IOException>(() => store.Save(Samples.Checkpoint(20, null, "momentum")))
                .Message.ShouldContain(_directory["step-20.safetensors"]);

            _directory.Files().ShouldBe(["step-10.safetensors"]);
            LoadNewest().ShouldNotBeNull().ShouldHaveTheBitsOf(Samples.Checkpoint(10, null, "momentum"));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_fragment_of_a_killed_process_is_ignored_and_cleared_by_the_next_checkpoint()
    {
        Save(Store(), 10);
        byte[] whole = File.ReadAllBytes(_directory["step-10.safetensors"]);
        File.WriteAllBytes(_directory["step-20.safetensors.tmp"], whole[..(whole.Length / 2)]);

        LoadNewest().ShouldNotBeNull().State.Step.ShouldBe(10);
        _warnings.ShouldBeEmpty();
        Save(Store(), 30);
        _directory.Files().ShouldBe(["step-10.safetensors", "step-30.safetensors"]);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told()
    {
        string file = _directory.WriteText("checkpoints", "a file where the folder should be");

        Should.Throw<IOException>(() => new CheckpointStore(file, 1, _warnings.Add).Save(Samples.Checkpoint(1)))
            .Message.ShouldContain(file);
    }

    [Fact]
    public void Files_of_other_names_are_left_alone()
    {
        string[] others = ["notes.txt", "step-007.safetensors", "step--1.safetensors", "step-x.safetensors", "step-.safetensors"];
        foreach (string other in others)
        {
            _directory.WriteText(other, "");
        }

        Save(Store(keep: 1), 10, 20);

        CheckpointStore.Steps(_directory.Path).ShouldBe([20]);
        _directory.Files().ShouldBe(others.Append("step-20.safetensors"), ignoreOrder: true);
    }

    private CheckpointStore Store(int keep = 3) => new(_directory.Path, keep, _warnings.Add);

    private Checkpoint? LoadNewest() => Store().LoadNewest(Samples.SmallLayout);

    private static void Save(CheckpointStore store, params long[] steps)
    {
        foreach (long step in steps)
        {
            store.Save(Samples.Checkpoint(step, null, "momentum"));
        }
    }
}
