namespace DistSgd.Training.Wire.MessagePack;

/// <summary>What can be wrong with MessagePack bytes: where, what was found, what was expected.</summary>
internal static class MessagePackProblems
{
    public static WireException Truncated(int offset, int count, int remaining) => new(
        WireProblem.Truncated, $"Offset {offset}: found {remaining} more bytes; expected at least {count}.");

    public static WireException BeyondTheBytes(int offset, uint length, int remaining) => new(
        WireProblem.Truncated,
        $"Offset {offset}: found a declared length of {length}; expected at most the {remaining} bytes that remain.");

    public static WireException Unexpected(int offset, byte code, string expected) => new(
        WireProblem.Malformed, $"Offset {offset}: found 0x{code:x2} ({MessagePackCode.TypeOf(code)}); expected {expected}.");

    public static WireException Overflow(int offset, long value, bool isAboveInt64, string expected) => new(
        WireProblem.Malformed,
        $"Offset {offset}: found {(isAboveInt64 ? ((ulong)value).ToString() : value.ToString())}; expected {expected}.");

    public static WireException NotUtf8(int offset, int length) => new(
        WireProblem.Malformed, $"Offset {offset}: found {length} bytes that are not UTF-8; expected text.");

    public static WireException TooDeep(int offset) => new(
        WireProblem.TooLarge,
        $"Offset {offset}: found more than {WireLimits.NestingDepthMax} arrays and maps within one another; expected no more.");
}
