using DistSgd.Benchmarks.Contenders;

namespace DistSgd.Benchmarks.Measuring;

/// <summary>Work that is done beside the steps.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="EachSteps">It is done once in so many steps.</param>
/// <param name="Work">The work, timed alone.</param>
internal sealed record SideWork(string Name, double EachSteps, Action Work);

/// <summary>What work beside the steps costs as a share of a step, each timed alone and in turn with the steps of a run.</summary>
/// <param name="run">The run, with its actors and its log.</param>
/// <param name="window">Steps of a log window, at whose ends the run halts.</param>
/// <param name="rounds">Rounds of each measurement.</param>
internal sealed class StepShares(ActorRun run, int window, int rounds)
{
    /// <summary>Measures some work and prints its shares, and their sum if there are several.</summary>
    /// <param name="title">What is measured.</param>
    /// <param name="target">The largest share that all together should have; null if none is set.</param>
    /// <param name="works">The work.</param>
    public void Print(string title, double? target, params IReadOnlyList<SideWork> works)
    {
        double[] seconds = Contest.Run([run, .. works.Select(work => new Loop(work.Name, work.Work))], rounds, multiple: window);
        double step = seconds[0];
        double[] each = [.. works.Select((work, i) => seconds[1 + i] / work.EachSteps)];
        Console.WriteLine($"{title}, of a step of {step * 1e6:F0} µs");
        string aim = target is { } share ? $" (target {share:P0})" : "";
        for (int i = 0; i < works.Count; i++)
        {
            PrintLine(works[i].Name, each[i], step, works.Count == 1 ? aim : "");
        }

        if (works.Count > 1)
        {
            PrintLine("all", each.Sum(), step, aim);
        }
    }

    private static void PrintLine(string name, double seconds, double step, string aim) =>
        Console.WriteLine($"  {name,-56}{seconds * 1e6,8:F2} µs a step {seconds / step,8:P2}{aim}");
}
