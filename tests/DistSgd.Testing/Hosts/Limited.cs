namespace DistSgd.Testing.Hosts;

/// <summary>Waits that end: a test that hangs says where.</summary>
public static class Limited
{
    /// <summary>How long anything may take, on a machine that does many other things.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Does something on a thread of its own and waits for it.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="work">What to do.</param>
    /// <param name="what">Its name, for the message.</param>
    /// <returns>What comes of it.</returns>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public static T Run<T>(Func<T> work, string what = "the run")
    {
        T result = default!;
        Run(() => { result = work(); }, what);
        return result;
    }

    /// <summary>Does something on a thread of its own and waits for it.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="what">Its name, for the message.</param>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public static void Run(Action work, string what = "the run") => Start(work, what).Join();

    /// <summary>Begins something on a thread of its own.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="what">Its name, for the message.</param>
    /// <returns>To wait for it.</returns>
    public static BackgroundWork Start(Action work, string what) => new(work, what);

    /// <summary>Waits for a thread to end.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="what">What it does, for the message.</param>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public static void Join(Thread thread, string what)
    {
        ArgumentNullException.ThrowIfNull(thread);
        if (!thread.Join(Limit))
        {
            throw new TimeoutException($"{what} has not ended after {Limit.TotalSeconds} s.");
        }
    }

    /// <summary>Waits until something is the case that tells nobody when it comes about.</summary>
    /// <param name="condition">What.</param>
    /// <param name="what">The same in words, for the message.</param>
    /// <exception cref="TimeoutException">It does not come about.</exception>
    public static void Until(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, Limit))
        {
            throw new TimeoutException($"{what}: not the case after {Limit.TotalSeconds} s.");
        }
    }
}
