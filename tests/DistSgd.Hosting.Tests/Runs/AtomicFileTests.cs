using DistSgd.Hosting.Runs;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Hosting.Tests.Runs;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_is_written_and_replaced()
    {
        AtomicFile.Write(_directory["file"], stream => stream.Write("first, and longer"u8)).ShouldBe(17);
        AtomicFile.Write(_directory["file"], stream => stream.Write("second"u8)).ShouldBe(6);

        File.ReadAllText(_directory["file"]).ShouldBe("second");
        _directory.Files().ShouldBe(["file"]);
    }

    [Fact]
    public void A_disk_that_fills_up_at_any_byte_leaves_the_old_file()
    {
        byte[] content = new byte[500];
        _directory.WriteText("file", "old");

        Prop.ForAll(Gen.Choose(0, content.Length - 1).ToArbitrary(), capacity =>
        {
            IOException error = Should.Throw<IOException>(
                () => AtomicFile.Write(_directory["file"], stream => stream.Write(content), path => new FullDisk(path, capacity)));

            error.Message.ShouldBe($"Cannot write {_directory["file"]}: No space left on device");
            File.ReadAllText(_directory["file"]).ShouldBe("old");
            _directory.Files().ShouldBe(["file"]);
        }).QuickCheckThrowOnFailure();
    }

    [SkippableFact]
    public void A_device_that_is_really_full_is_told()
    {
        Skip.IfNot(File.Exists("/dev/full"));
        byte[] content = new byte[500];

        Should.Throw<IOException>(() => AtomicFile.Write(
            _directory["file"], stream => stream.Write(content), _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write)))
            .Message.ShouldContain("No space left on device");
        _directory.Files().ShouldBeEmpty();
    }

    [Fact]
    public void A_failure_of_the_writer_itself_leaves_nothing_behind()
    {
        Should.Throw<InvalidOperationException>(
            () => AtomicFile.Write(_directory["file"], _ => throw new InvalidOperationException("no content")));

        _directory.Files().ShouldBeEmpty();
    }

    [Fact]
    public void A_missing_folder_is_told()
    {
        Should.Throw<IOException>(() => AtomicFile.Write(_directory["missing/file"], _ => { }))
            .Message.ShouldStartWith($"Cannot write {_directory["missing/file"]}: ");
    }
}
