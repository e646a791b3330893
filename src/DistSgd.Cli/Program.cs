using System.CommandLine;
using System.CommandLine.Help;
using DistSgd.Cli.Commands;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Cli;

/// <summary>The program: parses the command line and runs a command.</summary>
public static class Program
{
    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Main(string[] arguments)
    {
        Console.SetError(new ForgivingWriter(Console.Error));
        Failures.GuardOtherThreads();
        return Failures.Guard(() =>
        {
            if (VectorPath.Problem is { } problem)
            {
                throw new InputException(problem);
            }

            return Invoke(arguments);
        });
    }

    private static int Invoke(string[] arguments)
    {
        RootCommand root = CreateRoot();

        // @x is a name like any other, and signals are answered by the run itself, which writes a checkpoint first.
        var configuration = new ParserConfiguration { ResponseFileTokenReplacer = null };
        ParseResult parsed = root.Parse(arguments, configuration);
        if (UsageErrors.Find(parsed) is { } problem)
        {
            return Failures.BadInput($"{problem}\nSee: {UsageErrors.FullName(parsed)} --help");
        }

        if (UsageErrors.LacksCommand(parsed))
        {
            int exitCode = Failures.BadInput("a command is missing; expected one of those below.");
            root.Parse([.. arguments, "--help"], configuration).Invoke(new InvocationConfiguration { Output = Console.Error });
            return exitCode;
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static RootCommand CreateRoot()
    {
        var root = new RootCommand("Distributed data-parallel SGD from actors: workers, a parameter server, a monitor.")
        {
            TrainCommand.Create(),
            ClusterCommand.Create(),
            NodeCommand.Create(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            RunsCommand.Create(),
            WatchCommand.Create(),
            AlertsCommand.Create(),
            ReportCommand.Create(),
            CompareCommand.Create(),
            CurvatureCommand.Create(),
            LandscapeCommand.Create(),
            StudyCommand.Create(),
            SimulateCommand.Create(),
            DataCommand.Create(),
            ConfigCommand.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new RootHelp((HelpAction)help.Action!);
        return root;
    }
}
