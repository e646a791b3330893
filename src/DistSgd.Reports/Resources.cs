using System.Reflection;

namespace DistSgd.Reports;

/// <summary>The files that travel inside the assembly.</summary>
internal static class Resources
{
    private static readonly Assembly Home = typeof(Resources).Assembly;

    public static bool Has(string name) => Home.GetManifestResourceInfo(name) is not null;

    public static byte[] Bytes(string name)
    {
        using Stream stream = Home.GetManifestResourceStream(name) ?? throw new FileNotFoundException("Not in the assembly.", name);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static string Text(string name)
    {
        using Stream stream = Home.GetManifestResourceStream(name) ?? throw new FileNotFoundException("Not in the assembly.", name);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
