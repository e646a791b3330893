using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Tests.Data.Sources;

// A source whose contents are given; a file it does not know is the failure of the fetch.
public sealed class FakeFetcher(string name, params (string Name, byte[] Contents)[] contents) : IDataFetcher
{
    public List<string> Asked { get; } = [];

    public string Name => name;

    public void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        foreach (VerifiedFile file in files)
        {
            Asked.Add(file.Name);
            byte[]? found = contents.FirstOrDefault(content => content.Name == file.Name).Contents;
            File.WriteAllBytes(Path.Combine(directory, file.Name), found ?? throw new FetchException($"no {file.Name} here"));
        }
    }
}
