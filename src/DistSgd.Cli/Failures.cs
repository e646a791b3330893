using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Learning;

namespace DistSgd.Cli;

/// <summary>Turns whatever went wrong into one message on standard error and an exit code; a user never sees a stack trace.</summary>
internal static class Failures
{
    /// <summary>Runs a command.</summary>
    /// <param name="command">The command; gives its exit code.</param>
    /// <returns>Its exit code, or that of its failure.</returns>
    public static int Guard(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception e)
        {
            return Report(e);
        }
    }

    /// <summary>Has exceptions of other threads end the program the same way, instead of the runtime's abort with a stack trace.</summary>
    public static void GuardOtherThreads() => AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
        Environment.Exit(unhandled.ExceptionObject is Exception e ? Report(e) : ExitCodes.Failed);

    /// <summary>Prints a message about bad input.</summary>
    /// <param name="message">What was found and what was expected.</param>
    /// <returns>The exit code.</returns>
    public static int BadInput(string message) => Tell(message, ExitCodes.BadInput);

    /// <summary>Prints why something failed.</summary>
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="exitCode">The exit code.</param>
    /// <returns>The exit code.</returns>
    public static int Tell(string message, int exitCode)
    {
        Console.Error.WriteLine($"distsgd: {Display.Printable(message)}");
        return exitCode;
    }

    private static int Report(Exception exception) => exception switch
    {
        InputException => BadInput(exception.Message),
        RunFailedException or IOException or UnauthorizedAccessException => Tell(exception.Message, ExitCodes.Failed),
        OutOfMemoryException => Tell("out of memory; a smaller model, batch or data set needs less", ExitCodes.Failed),
        AggregateException { InnerExceptions: [{ } single] } => Report(single),
        TypeInitializationException { InnerException: { } cause } => Report(cause),
        _ => Tell($"unexpected {exception.GetType().Name}: {exception.Message.ReplaceLineEndings(" ")}", ExitCodes.Failed),
    };
}
