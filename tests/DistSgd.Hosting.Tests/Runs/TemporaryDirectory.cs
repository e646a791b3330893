using System.Text;

namespace DistSgd.Hosting.Tests.Runs;

internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("distsgd-tests-");

    public string Path => _directory.FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string WriteBytes(string name, ReadOnlySpan<byte> bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    public string WriteText(string name, string text) => WriteBytes(name, Encoding.UTF8.GetBytes(text));

    public string[] Files(string folder = "") =>
    [
        .. Directory.EnumerateFileSystemEntries(this[folder])
            .Select(path => System.IO.Path.GetFileName(path))
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => _directory.Delete(recursive: true);
}
