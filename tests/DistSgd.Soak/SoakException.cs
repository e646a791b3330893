namespace DistSgd.Soak;

/// <summary>A disturbed cluster did not do what it promises.</summary>
/// <param name="message">What was found and what was expected.</param>
internal sealed class SoakException(string message) : Exception(message);
