using DistSgd.Hosting;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public class UsageErrorsTests : ProgramTest
{
    public static TheoryData<string, string, string> Mistakes() => new()
    {
        { "trian", "no command is named 'trian'; did you mean 'train'?", "distsgd" },
        { "help", "no command is named 'help'; did you mean '--help'?", "distsgd" },
        { "version", "no command is named 'version'; did you mean '--version'?", "distsgd" },
        { "--frobnicate", "no option is named '--frobnicate'.", "distsgd" },
        { "config chek", "no command is named 'chek'; did you mean 'check'?", "distsgd config" },
        { "cluster stop", "no command is named 'stop'.", "distsgd cluster" },
        { "cluster stats", "no command is named 'stats'; did you mean 'status'?", "distsgd cluster" },
        { "data foo", "no command is named 'foo'.", "distsgd data" },
        { "config check", "Required argument 'CONFIG' missing for command: 'check'.", "distsgd config check" },
        { "data get", "Required argument 'NAME' missing for command: 'get'.", "distsgd data get" },
        { "train x.yaml --epochs 3", "train has no option '--epochs'; did you mean '--set training.epochs=3'?", "distsgd train" },
        { "train --batch-size=7 x.yaml", "train has no option '--batch-size=7'; did you mean '--set training.batch_size=7'?", "distsgd train" },
        { "train --seed", "train has no option '--seed'; did you mean '--set seed=VALUE'?", "distsgd train" },
        { "train x.yaml --jsn", "train has no option '--jsn'; did you mean '--json'?", "distsgd train" },
        { "train x.yaml y.yaml", "train: unexpected argument 'y.yaml'.", "distsgd train" },
        { "evaluate run --part Foo", "--part: found 'Foo'; expected test, validation or training.", "distsgd evaluate" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_told_once_with_what_was_meant_and_where_help_is(string line, string message, string helpOf)
    {
        CliResult result = Run(line.Split(' '));
        result.ExitCode.ShouldBe(ExitCodes.BadInput);
        result.Error.ShouldBe($"distsgd: {message}\nSee: {helpOf} --help\n");
        result.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", "  train <CONFIG> ")]
    [InlineData("data", "  get <NAME> ")]
    public void Without_a_command_the_commands_are_listed(string line, string command)
    {
        CliResult result = Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        result.ExitCode.ShouldBe(ExitCodes.BadInput);
        result.Error.ShouldContain(command);
        result.Output.ShouldBeEmpty();
    }

    [Fact]
    public void Behind_two_dashes_an_argument_may_look_like_an_option() =>
        Run("config", "check", "--", "--odd").Error.ShouldContain("--odd: ");
}
