using System.Globalization;

namespace DistSgd.Hosting.Supervision;

/// <summary>How the process of a node ended.</summary>
/// <param name="Code">Its exit code; 128 and the signal's number where a signal ended it.</param>
/// <param name="Message">What it wrote on standard error about its end; null for nothing.</param>
public sealed record NodeExit(int Code, string? Message)
{
    private const int SignalBase = 128;
    private const int Kill = 9;

    private static readonly Dictionary<int, string> Signals = new()
    {
        [1] = "SIGHUP",
        [2] = "SIGINT",
        [3] = "SIGQUIT",
        [4] = "SIGILL",
        [6] = "SIGABRT",
        [7] = "SIGBUS",
        [8] = "SIGFPE",
        [Kill] = "SIGKILL",
        [11] = "SIGSEGV",
        [13] = "SIGPIPE",
        [15] = "SIGTERM",
    };

    /// <summary>Whether the node failed with a message: doing the same again would end the same way.</summary>
    public bool IsFailure => Code is ExitCodes.Failed or ExitCodes.BadInput;

    /// <summary>Whether the node ended because its work was done or because it was asked to.</summary>
    public bool IsOrderlyEnd => Code is ExitCodes.Done or ExitCodes.StoppedByMonitor or ExitCodes.Interrupted or ExitCodes.Terminated;

    /// <summary>What happened to the node, as the rest of a sentence that begins with its name.</summary>
    public string Verb => Code switch
    {
        ExitCodes.Done => "ended",
        ExitCodes.Terminated or ExitCodes.Interrupted => $"was ended by {Signal}",
        SignalBase + Kill => $"was killed by {Signal}",
        _ when Signal is not null => $"crashed with {Signal}",
        _ => string.Create(CultureInfo.InvariantCulture, $"ended with exit code {Code}"),
    };

    /// <summary>The same with the first line of the message, if there is one.</summary>
    public string VerbWithReason => Message is null ? Verb : $"{Verb} ({Message.Split('\n')[0]})";

    /// <summary>Whether the code alone does not say what happened.</summary>
    internal bool IsUnclear => Code != ExitCodes.Done && Signal is null;

    private string? Signal => Signals.GetValueOrDefault(Code - SignalBase);
}
