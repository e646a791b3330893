using System.Diagnostics;
using System.Runtime.InteropServices;
using Shouldly;
using Xunit;

namespace DistSgd.Testing.Programs;

/// <summary>The real program in a process of its own, as a user runs it, in a directory of its own.</summary>
public abstract partial class ProgramTest : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private const string TerminalMaker = "/usr/bin/script";

    protected static readonly string Program = Path.Combine(AppContext.BaseDirectory, "distsgd.dll");

    /// <summary>The repository, found from the test assembly upwards.</summary>
    protected static string Repository { get; } = FindRepository();

    /// <summary>What every process of the test finds in its environment.</summary>
    protected virtual IEnumerable<(string Name, string Value)> Variables => [];

    protected string Home { get; } = Directory.CreateTempSubdirectory("distsgd-cli-").FullName;

    public void Dispose()
    {
        Directory.Delete(Home, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static string ConfigPath(string name) => Path.Combine(Repository, "configs", name);

    protected string Write(string name, string text)
    {
        string path = Path.Combine(Home, name);
        File.WriteAllText(path, text);
        return path;
    }

    protected CliResult Run(params string[] arguments) => Run([], arguments);

    protected CliResult Run((string Name, string Value)[] environment, params string[] arguments)
    {
        using Process process = Start(environment, arguments);
        return Finish(process);
    }

    protected Process Start((string Name, string Value)[] environment, params string[] arguments) =>
        Start("dotnet", environment, [Program, .. arguments]);

    /// <summary>Starts a line of the shell.</summary>
    protected Process StartShell(string line) => Start("/bin/sh", [], ["-c", line]);

    /// <summary>Runs a line of the shell in which <c>distsgd</c> is the program.</summary>
    protected CliResult Shell(string line)
    {
        using Process process = Start("/bin/sh", [], ["-c", $"distsgd() {{ dotnet '{Program}' \"$@\"; }}; {line}"]);
        return Finish(process);
    }

    /// <summary>Runs the program on a terminal of 80 columns; its output is all that the terminal was sent.</summary>
    protected CliResult RunOnTerminal(params string[] arguments)
    {
        Skip.IfNot(File.Exists(TerminalMaker), $"{TerminalMaker} is not there to make a terminal");
        string command = string.Join(' ', arguments.Prepend(Program).Select(argument => $"'{argument}'"));
        (string, string)[] environment = [("TERM", "xterm"), ("SHELL", "/bin/sh")];
        using Process process = Start(TerminalMaker, environment, ["-qec", $"stty cols 80 rows 24; exec dotnet {command}", "/dev/null"]);
        return Finish(process);
    }

    private Process Start(string program, (string Name, string Value)[] environment, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Home,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string value) in Variables.Concat(environment))
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    protected static CliResult Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.WaitForExit(Limit).ShouldBeTrue("the program did not end in time");
        return new CliResult(process.ExitCode, output.Result, error.Result);
    }

    protected static void Signal(Process process, PosixSignal signal) =>
        Kill(process.Id, signal == PosixSignal.SIGINT ? 2 : 15).ShouldBe(0);

    private static string FindRepository()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "DistSgd.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("DistSgd.sln is not above the tests.");
        }

        return directory;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}

/// <summary>What a process left behind.</summary>
public sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>The value that a line of the result begins with its name.</summary>
    public string Line(string name) => Output.Split('\n').Single(line => line.StartsWith(name + " ", StringComparison.Ordinal))[name.Length..].Trim();
}
