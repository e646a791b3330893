using System.Runtime.ExceptionServices;

namespace DistSgd.Testing.Hosts;

/// <summary>Something that is done on a thread of its own.</summary>
public sealed class BackgroundWork
{
    private readonly string _what;
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Begins.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="what">Its name, for the message.</param>
    public BackgroundWork(Action work, string what)
    {
        _what = what;
        _thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = what };
        _thread.Start();
    }

    /// <summary>Whether it has not ended yet.</summary>
    public bool IsRunning => _thread.IsAlive;

    /// <summary>Waits for its end.</summary>
    /// <exception cref="TimeoutException">It does not end.</exception>
    /// <exception cref="Exception">Whatever it throws.</exception>
    public void Join()
    {
        Limited.Join(_thread, _what);
        _failure?.Throw();
    }
}
