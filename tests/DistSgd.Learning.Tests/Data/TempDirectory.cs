namespace DistSgd.Learning.Tests.Data;

public sealed class TempDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("distsgd-test-");

    public string Root => _directory.FullName;

    public string Write(string name, byte[] contents)
    {
        string path = Path.Combine(Root, name);
        File.WriteAllBytes(path, contents);
        return path;
    }

    public string Write(string name, string contents) => Write(name, System.Text.Encoding.UTF8.GetBytes(contents));

    public void Dispose() => _directory.Delete(recursive: true);
}
