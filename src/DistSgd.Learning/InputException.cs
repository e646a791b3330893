namespace DistSgd.Learning;

/// <summary>
/// Something the user gave cannot be used: a config, a data file, a checkpoint, a command line. The message says where, what was found
/// and what was expected, and is all that the user sees; the program ends with exit code 2.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">File, key or line, what was found, what was expected.</param>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with the exception that revealed it.</summary>
    /// <param name="message">File, key or line, what was found, what was expected.</param>
    /// <param name="innerException">The cause, for diagnosis; not shown to the user.</param>
    public InputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    private InputException(string key, string problem)
        : base($"{key}: {problem}")
    {
        Key = key;
        Problem = problem;
    }

    /// <summary>The key of the config that is at fault, dotted; null if the message names its place itself.</summary>
    public string? Key { get; }

    /// <summary>What is wrong with <see cref="Key"/>; null without one.</summary>
    public string? Problem { get; }

    /// <summary>Creates the error of a config key that only the data show to be wrong; whoever read the config adds its place.</summary>
    /// <param name="key">The key, dotted.</param>
    /// <param name="problem">What was found, what was expected.</param>
    /// <returns>The error.</returns>
    public static InputException OfKey(string key, string problem) => new(key, problem);
}
