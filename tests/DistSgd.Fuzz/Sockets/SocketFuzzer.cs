using System.Diagnostics;
using System.Globalization;
using DistSgd.Hosting.Node;
using DistSgd.Monitoring.Events;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;
using DistSgd.Training.Config;

namespace DistSgd.Fuzz.Sockets;

/// <summary>
/// Feeds hostile connections to a live server with a real worker that trains. The run must end with the bits that it would have had without
/// them, and nothing of them may be left.
/// </summary>
/// <param name="seed">The same seed makes the same connections; who comes when is up to the machine.</param>
internal sealed class SocketFuzzer(int seed)
{
    private const int Dialers = 8;

    private readonly Dictionary<string, int[]> _endings = [];

    /// <summary>Connections of each ending.</summary>
    public IReadOnlyDictionary<Ending, int> Endings =>
        Enum.GetValues<Ending>().ToDictionary(ending => ending, ending => _endings.Values.Sum(counts => counts[(int)ending]));

    /// <summary>What connections did, and how often.</summary>
    public IEnumerable<string> Deeds => _endings.Keys;

    /// <summary>Steps that the run made meanwhile.</summary>
    public long Steps { get; private set; }

    /// <summary>Times that a hostile peer took part as a worker.</summary>
    public int Joined { get; private set; }

    /// <summary>Duration of the hostilities.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>Makes so many connections.</summary>
    /// <param name="connections">How many.</param>
    /// <param name="address">Where the server listens.</param>
    /// <exception cref="FuzzException">Something is left of the connections.</exception>
    /// <exception cref="Exception">The run did not end as it should have.</exception>
    public void Run(int connections, NodeAddress address)
    {
        RunConfig config = HostRuns.Config(workers: 1, steps: long.MaxValue / 2);
        using var live = new LiveRun(address, config, stepPause: TimeSpan.FromMilliseconds(1));
        for (int warmUp = 1; warmUp <= 64; warmUp++)
        {
            HostilePeer.Run(live, Mixed(-warmUp), $"warm-up-{warmUp}");
        }

        AwaitPeace(live);
        ProcessState before = ProcessState.Now();
        var clock = Stopwatch.StartNew();
        int next = 0;
        BackgroundWork[] dialers = [.. Enumerable.Range(0, Dialers).Select(_ => Limited.Start(Dial, "a dialer"))];
        Array.ForEach(dialers, dialer => dialer.Join());
        Duration = clock.Elapsed;
        AwaitPeace(live);
        string? leftOver = null;
        if (!SpinWait.SpinUntil(() => (leftOver = ProcessState.Now().LeftOverSince(before)) is null, TimeSpan.FromSeconds(30)))
        {
            throw new FuzzException($"After {connections} connections there are {leftOver}.", null);
        }

        Steps = live.ShouldStopUnharmed().Step;
        Joined = live.Events.OfType<Membership>().Count(e => e.Change == MembershipChanges.Joined) - 1;

        void Dial()
        {
            for (int number; (number = Interlocked.Increment(ref next)) <= connections;)
            {
                (string deed, Ending ending) = HostilePeer.Run(live, Mixed(number), $"hostile-{number}");
                lock (_endings)
                {
                    (_endings.TryGetValue(deed, out int[]? counts) ? counts : _endings[deed] = new int[3])[(int)ending]++;
                }
            }
        }
    }

    /// <summary>What became of the connections, for a person.</summary>
    public string Summary()
    {
        int total = Endings.Values.Sum();
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"{total} hostile connections with seed {seed} in {Duration.TotalSeconds:0.0} s, ")
                + string.Create(CultureInfo.InvariantCulture, $"{total / Duration.TotalSeconds:0} a second: ")
                + string.Join(", ", Endings.Select(ending => $"{ending.Value} {Words(ending.Key)}")),
            .. _endings.OrderBy(deed => deed.Key, StringComparer.Ordinal)
                .Select(deed => $"  {deed.Key}: {string.Join(", ", Enum.GetValues<Ending>().Select(e => $"{deed.Value[(int)e]} {Words(e)}"))}"),
            $"the run made {Steps} steps with {Joined} hostile workers coming and going, and has the bits of the reference trainer",
        ];
        return string.Join(Environment.NewLine, lines);
    }

    // Neighbouring seeds give similar numbers at first.
    private int Mixed(int number) => unchecked((int)(((((uint)seed * 0x9E3779B1u) + (uint)number) * 0x85EBCA77u) ^ 0x27D4EB2Fu));

    private static string Words(Ending ending) => ending switch
    {
        Ending.Refused => "refused",
        Ending.HungUpOn => "hung up on",
        _ => "went by themselves",
    };

    private static void AwaitPeace(LiveRun live) => Limited.Until(() => live.Nodes.Connected == 1, "only the real worker is there");
}
