using System.Reflection;
using System.Runtime.InteropServices;

namespace DistSgd.Hosting;

/// <summary>What the log says of the machine.</summary>
public static class Machine
{
    private const string ProcessorList = "/proc/cpuinfo";
    private const string ProcessorKey = "model name";

    /// <summary>Name of the processor, or its architecture where the system does not tell.</summary>
    public static string Processor { get; } = FindProcessor();

    /// <summary>Name and version of the operating system.</summary>
    public static string OperatingSystem => RuntimeInformation.OSDescription;

    /// <summary>Name and version of the .NET runtime.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>Version of this product.</summary>
    public static string ProductVersion { get; } =
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static string FindProcessor()
    {
        try
        {
            string? line = File.Exists(ProcessorList)
                ? File.ReadLines(ProcessorList).FirstOrDefault(line => line.StartsWith(ProcessorKey, StringComparison.Ordinal))
                : null;
            return line?.Split(':', 2)[^1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        }
        catch (IOException)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
    }
}
