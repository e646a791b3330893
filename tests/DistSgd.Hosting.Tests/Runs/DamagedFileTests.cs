using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Runs.SafeTensors;
using DistSgd.Learning;
using DistSgd.Training.Checkpoints;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Hosting.Tests.Runs;

// Whatever happens to the bytes of a file, reading it gives what was written or one InputException.
public sealed class DamagedFileTests : IDisposable
{
    private static readonly Config ManyTimes = Config.QuickThrowOnFailure.WithMaxTest(500);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_damaged_checkpoint_is_whole_or_refused()
    {
        Checkpoint saved = Samples.Checkpoint(40, null, "momentum");
        var store = new CheckpointStore(_directory.Path, 1, _ => { });
        string path = _directory[store.Save(saved).File];

        Damage(path, () => store.LoadNewest(saved.Layout)!.ShouldHaveTheBitsOf(saved));
    }

    [Fact]
    public void A_damaged_model_is_whole_or_refused()
    {
        Checkpoint saved = Samples.Checkpoint(40);
        ModelFile.Write(_directory["model.safetensors"], saved);

        Damage(_directory["model.safetensors"], () => ModelFile.Read(_directory["model.safetensors"]).ShouldHaveTheModelBitsOf(saved));
    }

    [Fact]
    public void Every_tensor_of_a_damaged_file_that_opens_can_be_read()
    {
        ModelFile.Write(_directory["model.safetensors"], Samples.Checkpoint(40));

        Damage(_directory["model.safetensors"], () =>
        {
            using SafeTensorsReader reader = SafeTensorsReader.Open(_directory["model.safetensors"]);
            foreach (TensorEntry tensor in reader.Tensors)
            {
                reader.Read(tensor).Length.ShouldBe(tensor.Shape.Aggregate(1, (product, dimension) => product * dimension));
            }
        });
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused()
    {
        string path = _directory["model.safetensors"];
        ModelFile.Write(path, Samples.Checkpoint(40));
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length += 3)
        {
            File.WriteAllBytes(path, whole[..length]);
            Should.Throw<InputException>(() => ModelFile.Read(path));
        }
    }

    // Half of the damage hits the header, where the structure is.
    private static void Damage(string path, Action read)
    {
        byte[] whole = File.ReadAllBytes(path);
        int header = 8 + (int)BitConverter.ToInt64(whole);
        Gen<byte[]> damaged =
            from kind in Gen.Choose(0, 4)
            from position in Gen.OneOf(Gen.Choose(0, header - 1), Gen.Choose(0, whole.Length - 1))
            from length in Gen.Choose(1, 12)
            from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(length)
            from digit in Gen.Elements("0123456789[]{}\",:. -"u8.ToArray())
            let end = Math.Min(whole.Length, position + length)
            select kind switch
            {
                0 => [.. whole[..position], (byte)(whole[position] ^ (1 << (length % 8))), .. whole[(position + 1)..]],
                1 => [.. whole[..position], .. bytes, .. whole[end..]],
                2 => [.. whole[..position], .. whole[end..]],
                3 => [.. whole[..position], .. bytes, .. whole[position..]],
                _ => (byte[])[.. whole[..position], digit, .. whole[(position + 1)..]],
            };
        Prop.ForAll(damaged.ToArbitrary(), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                read();
            }
            catch (InputException e)
            {
                e.Message.ShouldNotBeEmpty();
            }
        }).Check(ManyTimes);
    }
}
