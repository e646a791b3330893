using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DistSgd.Hosting.Supervision;

/// <summary>What a process of this machine is doing.</summary>
public enum ProcessActivity
{
    /// <summary>It has ended, and perhaps another one has its id.</summary>
    Gone,

    /// <summary>It is there.</summary>
    Alive,

    /// <summary>It is stopped, by SIGSTOP or a debugger, until it is told to go on.</summary>
    Stopped,
}

/// <summary>Looks after processes of this machine that need not be children of this one.</summary>
public static partial class LocalProcess
{
    private const int Terminate = 15;

    /// <summary>The system tells the start with a resolution of 10 ms, and relative to its own start.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    /// <summary>When this process was started, as <see cref="Look"/> compares it.</summary>
    public static DateTimeOffset OwnStart
    {
        get
        {
            using Process self = Process.GetCurrentProcess();
            return StartOf(self);
        }
    }

    /// <summary>What a process is doing.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="started">When it was started: another process with its id does not count.</param>
    /// <returns>Whether it is there.</returns>
    public static ProcessActivity Look(int id, DateTimeOffset started)
    {
        using Process? process = Find(id, started);
        return process is null ? ProcessActivity.Gone : ActivityOf(id);
    }

    /// <summary>Asks a process to end (SIGTERM).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="started">When it was started.</param>
    /// <returns>False if it is gone, or belongs to another user, or the system knows no such request.</returns>
    public static bool TryTerminate(int id, DateTimeOffset started)
    {
        using Process? process = Find(id, started);
        return process is not null && !OperatingSystem.IsWindows() && SendSignal(id, Terminate) == 0;
    }

    /// <summary>Ends a process at once, also one that is stopped.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="started">When it was started.</param>
    public static void Kill(int id, DateTimeOffset started)
    {
        using Process? process = Find(id, started);
        if (process is not null)
        {
            Kill(process);
        }
    }

    internal static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended, or belongs to somebody else.
        }
    }

    /// <summary>When a process was started; now, if it ended before it could be asked.</summary>
    internal static DateTimeOffset StartOf(Process process)
    {
        try
        {
            return process.StartTime.ToUniversalTime();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return TimeProvider.System.GetUtcNow();
        }
    }

    private static Process? Find(int id, DateTimeOffset started)
    {
        Process? process = null;
        try
        {
            process = Process.GetProcessById(id);
            if (!process.HasExited && (process.StartTime.ToUniversalTime() - started).Duration() < Tolerance)
            {
                return process;
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // There is none.
        }

        process?.Dispose();
        return null;
    }

    private static ProcessActivity ActivityOf(int id)
    {
        try
        {
            // "PID (NAME) STATE ...", where the name may have blanks and parentheses. A process that ended stays as a zombie until its
            // parent asks for it.
            string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat");
            string status = File.Exists(path) ? File.ReadAllText(path) : "";
            int name = status.LastIndexOf(')');
            return name < 0 || name + 2 >= status.Length ? ProcessActivity.Alive : status[name + 2] switch
            {
                'Z' or 'X' => ProcessActivity.Gone,
                'T' or 't' => ProcessActivity.Stopped,
                _ => ProcessActivity.Alive,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ProcessActivity.Gone;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);
}
