using System.ComponentModel;
using System.Diagnostics;

namespace DistSgd.Hosting.Supervision;

/// <summary>How to start the process of a node.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record NodeStart(string Program, IReadOnlyList<string> Arguments)
{
    private const string Launcher = "dotnet";

    /// <summary>Starts this program once more with other arguments.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>How to start it.</returns>
    public static NodeStart Self(params IReadOnlyList<string> arguments)
    {
        string program = Environment.ProcessPath ?? Launcher;
        return Path.GetFileNameWithoutExtension(program) == Launcher
            ? new NodeStart(program, [Path.GetFullPath(Environment.GetCommandLineArgs()[0]), .. arguments])
            : new NodeStart(program, arguments);
    }
}

/// <summary>What a supervisor wants to know of a process; called on any thread.</summary>
/// <param name="Output">Told each line of standard output.</param>
/// <param name="Notice">Told each line of standard error that is not about the end of the process.</param>
/// <param name="Ended">Told the end, after the lines.</param>
public sealed record ProcessListener(Action<string> Output, Action<string> Notice, Action<NodeExit> Ended);

/// <summary>
/// The process of a node. Its standard input is a pipe from this process: the node ends when it is closed, also because this process died.
/// </summary>
public sealed class NodeProcess : IDisposable
{
    /// <summary>How long after the end its last words are waited for; a process of its own may hold the pipe open.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

    private readonly Process _process;
    private readonly ProcessListener _listener;
    private readonly NodeErrors _errors = new();

    private NodeProcess(Process process, ProcessListener listener, DateTimeOffset started)
    {
        _process = process;
        _listener = listener;
        Id = process.Id;
        Started = started;
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>When the system started the process; tells it from a later one with the same id.</summary>
    public DateTimeOffset Started { get; }

    /// <summary>Starts a process.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="listener">Told what it says and when it ends.</param>
    /// <returns>The process.</returns>
    /// <exception cref="RunFailedException">It cannot be started.</exception>
    public static NodeProcess Start(NodeStart start, ProcessListener listener)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(listener);
        var info = new ProcessStartInfo(start.Program, start.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };

        // A process that is killed leaves the runtime's pipes for debuggers in the temporary folder; killing is part of our days.
        info.Environment.TryAdd("DOTNET_EnableDiagnostics", "0");
        try
        {
            Process process = Process.Start(info)!;
            var node = new NodeProcess(process, listener, LocalProcess.StartOf(process));
            _ = node.FollowAsync();
            return node;
        }
        catch (Win32Exception e)
        {
            throw new RunFailedException($"Cannot start {start.Program}: {e.Message}", e);
        }
    }

    /// <summary>Writes a line to standard input; a process that has ended does not get it.</summary>
    /// <param name="line">The line.</param>
    public void WriteLine(string line) => TryInput(input =>
    {
        input.Write(line + "\n");
        input.Flush();
    });

    /// <summary>Closes standard input, which asks the node to end.</summary>
    public void CloseInput() => TryInput(static input => input.Close());

    /// <summary>Ends the process at once, also one that is stopped.</summary>
    public void Kill() => LocalProcess.Kill(_process);

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private void TryInput(Action<StreamWriter> use)
    {
        try
        {
            use(_process.StandardInput);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process has ended; its exit tells more.
        }
    }

    private async Task FollowAsync()
    {
        Task output = ReadAsync(_process.StandardOutput, _listener.Output);
        Task error = ReadAsync(_process.StandardError, line =>
        {
            if (_errors.Take(line))
            {
                _listener.Notice(line);
            }
        });
        await _process.WaitForExitAsync().ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(output, error), Task.Delay(LastWords)).ConfigureAwait(false);
        _listener.Ended(_errors.ExitOf(_process.ExitCode));
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> take)
    {
        try
        {
            while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
            {
                take(line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nothing more will come.
        }
    }
}
