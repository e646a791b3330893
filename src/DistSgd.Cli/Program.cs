using System.CommandLine;
using DistSgd.Cli.Commands;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Cli;

/// <summary>The program: parses the command line, runs a command, turns what went wrong into one message and an exit code.</summary>
public static class Program
{
    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Main(string[] arguments)
    {
        try
        {
            if (VectorPath.Problem is { } problem)
            {
                throw new InputException(problem);
            }

            return Invoke(arguments);
        }
        catch (InputException e)
        {
            return Fail(e.Message, ExitCodes.BadInput);
        }
        catch (Exception e) when (e is RunFailedException or IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message, ExitCodes.Failed);
        }
    }

    private static int Invoke(string[] arguments)
    {
        var root = new RootCommand("Distributed data-parallel SGD from actors: workers, a parameter server, a monitor.")
        {
            TrainCommand.Create(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            RunsCommand.Create(),
            DataCommand.Create(),
            ConfigCommand.Create(),
        };

        // @x is a name like any other, and signals are answered by the run itself, which writes a checkpoint first.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            string command = parsed.CommandResult.Command is RootCommand ? "" : $" {parsed.CommandResult.Command.Name}";
            return Fail($"{string.Join("\n", parsed.Errors.Select(e => e.Message))}\nSee: distsgd{command} --help", ExitCodes.BadInput);
        }

        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"distsgd: {message}");
        return exitCode;
    }
}
