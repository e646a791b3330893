using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using DistSgd.Hosting;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Cli.Commands;

/// <summary>Help as the library prints it; below that of the program, what holds for all its commands.</summary>
/// <param name="standard">The library's help.</param>
internal sealed class RootHelp(HelpAction standard) : SynchronousCommandLineAction
{
    private static readonly (int Code, string Meaning)[] Codes =
    [
        (ExitCodes.Done, "done"),
        (ExitCodes.Failed, "the run failed"),
        (ExitCodes.BadInput, "mistake in the command line, a config or a data file"),
        (ExitCodes.StoppedByMonitor, "stopped by the monitor"),
        (ExitCodes.Interrupted, "interrupted by Ctrl-C; training writes a checkpoint first"),
        (ExitCodes.Terminated, "interrupted by SIGTERM; training writes a checkpoint first"),
    ];

    private static readonly (string Name, string Meaning)[] Variables =
    [
        (CacheDirectory.Variable, "directory of fetched data sets"),
        ("DISTSGD_VECTOR_BITS", "vector width of the kernels: 512, 256 or 128; the results have the same bits"),
        ("NO_COLOR", "no colours, if it is set"),
    ];

    // Who asks for help need not give the arguments.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int result = standard.Invoke(parseResult);
        if (parseResult.CommandResult.Command is RootCommand)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            Print(output, "Exit codes", Codes.Select(code => ($"{code.Code}", code.Meaning)));
            Print(output, "Environment variables", Variables);
        }

        return result;
    }

    private static void Print(TextWriter output, string title, IEnumerable<(string Name, string Meaning)> rows)
    {
        (string Name, string Meaning)[] all = [.. rows];
        int width = all.Max(row => row.Name.Length);
        output.WriteLine($"{title}:");
        foreach ((string name, string meaning) in all)
        {
            output.WriteLine($"  {name.PadRight(width)}  {meaning}");
        }

        output.WriteLine();
    }
}
