using System.Globalization;

namespace DistSgd.Testing.Programs;

/// <summary>
/// Machines that are network namespaces of this one: each has its own address, and names for all of them, and a switch joins them. They share
/// everything else, the disk too.
/// </summary>
/// <param name="shell">Runs a line of the shell.</param>
public sealed class Machines(Func<string, CliResult> shell) : IDisposable
{
    private static int _count;

    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"dsgd{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
    private readonly List<string> _names = [];

    private string Switch => $"{_id}-switch";

    /// <summary>Makes the machines.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="aliases">More names: which machine each stands for.</param>
    /// <returns>False if this user may not.</returns>
    public bool TryCreate(IReadOnlyList<string> names, IReadOnlyDictionary<string, string>? aliases = null)
    {
        if (shell($"ip netns add {Switch}").ExitCode != 0)
        {
            return false;
        }

        _names.AddRange(names);
        string hosts = string.Concat(names.Concat(aliases?.Keys ?? []).Select(name => $"{AddressOf(aliases?.GetValueOrDefault(name) ?? name)} {name}\n"));
        Must($"ip -n {Switch} link add br0 type bridge && ip -n {Switch} link set br0 up");
        foreach (string name in names)
        {
            string space = SpaceOf(name);
            int index = _names.IndexOf(name);
            Must($"ip netns add {space} && ip link add eth0 netns {space} type veth peer name p{index} netns {Switch}"
                + $" && ip -n {space} addr add {AddressOf(name)}/24 dev eth0 && ip -n {space} link set lo up && ip -n {space} link set eth0 up"
                + $" && ip -n {Switch} link set p{index} master br0 up");
            Directory.CreateDirectory($"/etc/netns/{space}");
            File.WriteAllText($"/etc/netns/{space}/hosts", "127.0.0.1 localhost\n" + hosts);
        }

        return true;
    }

    /// <summary>What stands before a command that a machine is to run.</summary>
    /// <param name="name">Name of the machine.</param>
    /// <returns>The beginning of a command line.</returns>
    public string On(string name) => $"ip netns exec {SpaceOf(name)}";

    /// <summary>Address of a machine.</summary>
    /// <param name="name">Name of the machine.</param>
    /// <returns>Its IPv4 address.</returns>
    public string AddressOf(string name) => string.Create(CultureInfo.InvariantCulture, $"10.77.62.{1 + _names.IndexOf(name)}");

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (string name in _names)
        {
            shell($"ip netns del {SpaceOf(name)}; rm -rf /etc/netns/{SpaceOf(name)}");
        }

        shell($"ip netns del {Switch}");
    }

    private string SpaceOf(string name) => string.Create(CultureInfo.InvariantCulture, $"{_id}-{_names.IndexOf(name)}");

    private void Must(string line)
    {
        CliResult result = shell(line);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"{line}\n{result.Error}");
        }
    }
}
