using System.CommandLine;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Supervision;

namespace DistSgd.Cli.Commands;

/// <summary><c>cluster status RUN</c>: how a cluster is, from its files and processes alone.</summary>
internal static class ClusterStatusCommand
{
    public static Command Create()
    {
        Argument<string> run = CommonOptions.Run();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("status", "Show how a cluster is: its run, its processes and their shards.") { run, json };
        command.SetAction(parsed =>
        {
            var status = ClusterStatus.Read(CommonOptions.OpenCluster(parsed.GetRequiredValue(run)));
            Console.Out.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(status, OutputJson.Options) : ClusterStatusText.Of(status));
            return ExitCodes.Done;
        });
        return command;
    }
}
