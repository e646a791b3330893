namespace DistSgd.Fuzz;

/// <summary>Hostile input did what it must not.</summary>
/// <param name="message">What, and with which input.</param>
/// <param name="inner">The cause; null if nothing was caught.</param>
internal sealed class FuzzException(string message, Exception? inner) : Exception(message, inner);
