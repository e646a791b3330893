using System.CommandLine;

namespace DistSgd.Cli.Commands;

/// <summary><c>train CONFIG</c> and <c>train --resume RUN</c>: trains in this process.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        Argument<string?> config = CommonOptions.ConfigOrResume();
        Option<string?> runDirectory = CommonOptions.NewRunDirectory();
        Option<string?> resume = CommonOptions.Resume();
        Option<string[]> set = CommonOptions.Set();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("train", "Train in one process: server, workers and monitor as actors. Give either CONFIG or --resume RUN.")
        {
            config,
            runDirectory,
            resume,
            set,
            json,
        };
        command.SetAction(parsed => new RunLauncher { Command = "train", Json = parsed.GetValue(json) }.Launch(
            parsed.GetValue(config), parsed.GetValue(resume), parsed.GetValue(runDirectory), parsed.GetValue(set) ?? []));
        return command;
    }
}
