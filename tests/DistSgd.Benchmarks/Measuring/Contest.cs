namespace DistSgd.Benchmarks.Measuring;

/// <summary>Measures contenders in turn, round after round, so that a slow moment of the machine meets them all.</summary>
internal static class Contest
{
    /// <summary>Rounds of one comparison; an odd number has a median.</summary>
    public const int DefaultRounds = 9;

    private const double SecondsOfRound = 0.15;
    private const int LeastSteps = 3;

    /// <summary>Runs a comparison.</summary>
    /// <param name="contenders">Who takes part.</param>
    /// <param name="rounds">Number of rounds.</param>
    /// <param name="multiple">Rounds have a multiple of this many steps.</param>
    /// <param name="pause">Time between two contenders: threads of a library may go on spinning for a while after their work.</param>
    /// <returns>Median seconds a step of each contender.</returns>
    public static double[] Run(IReadOnlyList<IContender> contenders, int rounds, int multiple = 1, TimeSpan pause = default)
    {
        foreach (IContender contender in contenders)
        {
            contender.Run(multiple); // programs that are still starting would take the cores from those that are measured
        }

        int[] steps = [.. contenders.Select(contender => StepsOfRound(contender, multiple))];
        var seconds = new double[contenders.Count][];
        for (int c = 0; c < contenders.Count; c++)
        {
            seconds[c] = new double[rounds];
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int c = 0; c < contenders.Count; c++)
            {
                Thread.Sleep(pause);
                seconds[c][round] = contenders[c].Run(steps[c]) / steps[c];
            }
        }

        return [.. seconds.Select(Median)];
    }

    /// <summary>Finds out how many steps make a round, and warms up: compiling and touching memory take a program some time.</summary>
    /// <param name="contender">Who is measured.</param>
    /// <param name="multiple">Rounds have a multiple of this many steps.</param>
    /// <param name="secondsOfRound">How long a round shall take.</param>
    /// <returns>The number of steps.</returns>
    public static int StepsOfRound(IContender contender, int multiple, double secondsOfRound = SecondsOfRound)
    {
        int steps = multiple;
        double seconds = contender.Run(steps);
        while (seconds < secondsOfRound)
        {
            steps *= 2;
            seconds = contender.Run(steps);
        }

        int wanted = Math.Max(LeastSteps, (int)(steps * secondsOfRound / seconds));
        return (wanted + multiple - 1) / multiple * multiple;
    }

    /// <summary>The median.</summary>
    /// <param name="values">An odd number of values, sorted on return.</param>
    /// <returns>The middle one.</returns>
    public static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
