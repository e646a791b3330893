using System.CommandLine;

namespace DistSgd.Cli.Commands;

/// <summary><c>study batch-size | noise</c>: training runs as an instrument.</summary>
internal static class StudyCommand
{
    public static Command Create() => new("study", "Studies of many training runs: what a target costs at each batch size, and how noisy gradients are.")
    {
        BatchSizeCommand.Create(),
        NoiseCommand.Create(),
    };
}
