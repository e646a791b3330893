namespace DistSgd.Hosting;

/// <summary>A run ended in its middle for a reason that is no mistake of its input, such as a full disk; exit code 1.</summary>
/// <param name="message">What failed, and how to go on.</param>
/// <param name="innerException">The cause; null if nothing was caught.</param>
public sealed class RunFailedException(string message, Exception? innerException = null) : Exception(message, innerException);
