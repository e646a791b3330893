using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests;

/// <summary>Whatever goes wrong ends in one message and an exit code, never in a stack trace.</summary>
public class FailuresTests : ProgramTest
{
    public static TheoryData<Exception, int> Exceptions() => new()
    {
        { new InputException("bad"), ExitCodes.BadInput },
        { new AggregateException(new InputException("bad")), ExitCodes.BadInput },
        { new IOException("disk full"), ExitCodes.Failed },
        { new OutOfMemoryException(), ExitCodes.Failed },
        { new InvalidOperationException("never thought of"), ExitCodes.Failed },
        { new TypeInitializationException("Some.Type", new NotSupportedException("no")), ExitCodes.Failed },
    };

    [Theory]
    [MemberData(nameof(Exceptions))]
    public void Every_exception_has_an_exit_code(Exception exception, int exitCode) =>
        Failures.Guard(() => throw exception).ShouldBe(exitCode);

    [Fact]
    public void What_is_too_large_for_the_memory_is_told_in_one_line()
    {
        Write("large.yaml", "data: { source: blobs, examples: 1000000, features: 1000 }\n");
        CliResult result = Run([("DOTNET_GCHeapHardLimit", "0x8000000")], "train", "large.yaml");
        result.ExitCode.ShouldBe(ExitCodes.Failed, result.Error);
        result.Error.ShouldBe("distsgd: Out of memory: the data set is kept in memory as a whole, and does not fit.\n");
    }

    [Fact]
    public void Standard_error_on_a_full_disk_costs_its_lines_and_nothing_else()
    {
        Write("blobs.yaml", "data: { source: blobs }\ntraining: { epochs: 1 }\n");
        CliResult trained = Shell("distsgd train blobs.yaml --run-dir run 2>/dev/full");
        trained.ExitCode.ShouldBe(ExitCodes.Done);
        trained.Line("outcome").ShouldBe("completed");
        Shell("distsgd train missing.yaml 2>/dev/full").ExitCode.ShouldBe(ExitCodes.BadInput);
    }

    [Fact]
    public void Standard_output_on_a_full_disk_is_a_failure()
    {
        CliResult result = Shell("distsgd config schema >/dev/full");
        result.ExitCode.ShouldBe(ExitCodes.Failed);
        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem().ShouldStartWith("distsgd: ");
    }

    [Fact]
    public void Control_characters_of_a_file_do_not_reach_the_terminal()
    {
        Write("csv.yaml", "data: { source: csv, path: \"data.csv\", label_column: label }\n");
        Write("data.csv", "\e]0;title\a\e[2J,\u009b31m\u202ey\n1,2\n");
        foreach (string error in new[] { Run("train", "csv.yaml").Error, Run("config", "check", "\e[31mred.yaml").Error })
        {
            error.ShouldContain(@"\x1b[");
            error.ShouldAllBe(c => c == '\n' || !char.IsControl(c));
        }
    }
}
