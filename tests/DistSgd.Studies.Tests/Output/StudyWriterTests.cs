using System.Text.Json;
using DistSgd.Learning;
using DistSgd.Reports;
using DistSgd.Studies.Output;
using DistSgd.Studies.Tests.Support;

namespace DistSgd.Studies.Tests.Output;

public sealed class StudyWriterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));

    private readonly string _home = Directory.CreateTempSubdirectory("distsgd-studies-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void A_study_is_written_as_json_csv_and_report()
    {
        string folder = Write(Results.Of("demo", Results.Right, Results.Wrong), StudyFolder.At(Path.Combine(_home, "a", "b")));
        folder.ShouldBe(Path.Combine(_home, "a", "b"));
        Names(folder).ShouldBe(["numbers.csv", "report.html", "study.json"]);
        File.ReadAllText(Path.Combine(folder, "report.html")).ShouldBe("<The study demo>");
        File.ReadAllText(Path.Combine(folder, "numbers.csv")).ShouldBe(
            "label,value,is_small,count\nplain,0.1,true,1\n\"with, comma\",NaN,false,2\n\"\"\"quoted\"\"\",-Infinity,,\n");

        JsonElement study = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "study.json"))).RootElement;
        study.GetProperty("name").GetString().ShouldBe("demo");
        study.GetProperty("command").GetString().ShouldBe("distsgd demo");
        study.GetProperty("product_version").GetString().ShouldBe("0.1.0");
        JsonElement rows = study.GetProperty("tables").GetProperty("numbers");
        rows[0].GetProperty("value").GetDouble().ShouldBe(0.1);
        rows[0].GetProperty("is_small").GetBoolean().ShouldBeTrue();
        rows[1].GetProperty("value").GetString().ShouldBe("NaN");
        rows[2].GetProperty("value").GetString().ShouldBe("-Infinity");
        rows[2].GetProperty("count").ValueKind.ShouldBe(JsonValueKind.Null);
        study.GetProperty("claims")[1].GetProperty("verdict").GetString().ShouldBe("erratum");
        study.GetProperty("claims")[1].GetProperty("proof").GetString().ShouldBe(Results.Wrong.Proof);
    }

    [Fact]
    public void Names_have_the_stamp_of_runs_and_a_number_where_it_is_taken()
    {
        StudyFolder stamped = StudyFolder.Stamped(_home, "demo", Now);
        stamped.Check();
        Names(_home).ShouldBeEmpty("a look leaves nothing behind");
        string[] folders = [.. Enumerable.Range(0, 3).Select(_ => Write(Results.Of("demo"), stamped))];
        folders.Select(Path.GetFileName).ShouldBe(["demo-20260102T010405Z", "demo-20260102T010405Z-2", "demo-20260102T010405Z-3"]);
    }

    [Fact]
    public void Parts_go_into_folders_below()
    {
        string folder = StudyWriter.Write(
            Results.Of("all"), StudyFolder.At(Path.Combine(_home, "all")), [Results.Of("one"), Results.Of("two")], page => page.Title);
        Names(folder).ShouldBe(["numbers.csv", "one", "report.html", "study.json", "two"]);
        Names(Path.Combine(folder, "two")).ShouldBe(["numbers.csv", "report.html", "study.json"]);
    }

    [Fact]
    public void An_empty_folder_is_filled_where_it_is()
    {
        string empty = Directory.CreateDirectory(Path.Combine(_home, "empty")).FullName;
        StudyFolder.At(empty).Check();
        Write(Results.Of("demo"), StudyFolder.At(empty)).ShouldBe(empty);
        Names(empty).ShouldContain("study.json");
    }

    [Fact]
    public void What_is_there_is_never_overwritten()
    {
        string folder = Path.Combine(_home, "study");
        Write(Results.Of("demo"), StudyFolder.At(folder));
        Refusal(folder).ShouldBe($"{folder} holds a study already, which is never overwritten; remove it or choose another directory.");
        Should.Throw<InputException>(() => Write(Results.Of("other"), StudyFolder.At(folder))).Message.ShouldContain("holds a study already");
        File.ReadAllText(Path.Combine(folder, "report.html")).ShouldBe("<The study demo>");

        File.WriteAllText(Path.Combine(_home, "note"), "mine");
        Refusal(_home).ShouldContain("is not empty; choose another directory");
        Refusal(Path.Combine(_home, "note")).ShouldContain("note is a file; expected a directory");
        Refusal(Path.Combine(_home, "note", "below")).ShouldContain("Cannot write a study to ");
        Should.Throw<InputException>(() => StudyFolder.At(" ")).Message.ShouldContain("no name of a directory");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_study_that_cannot_be_written_leaves_nothing_behind(bool folderIsThere)
    {
        string folder = Path.Combine(_home, "study");
        if (folderIsThere)
        {
            Directory.CreateDirectory(folder);
        }

        int pages = 0;
        Should.Throw<IOException>(() => StudyWriter.Write(
            Results.Of("all"),
            StudyFolder.At(folder),
            [Results.Of("one"), Results.Of("two")],
            _ => ++pages == 3 ? throw new IOException("disk full") : "page"));
        Directory.EnumerateFileSystemEntries(_home, "*", SearchOption.AllDirectories).Count().ShouldBe(folderIsThere ? 1 : 0);
    }

    [Fact]
    public void Rows_have_a_cell_for_every_column()
    {
        StudyResult result = Results.Of("demo") with { Tables = [new StudyTable("bad", "Bad", ["a", "b"], [[1]])] };
        Should.Throw<ArgumentException>(() => StudyJson.Write(result)).Message.ShouldContain("Table bad");
    }

    private static string Write(StudyResult result, StudyFolder folder) =>
        StudyWriter.Write(result, folder, render: (ReportPage page) => $"<{page.Title}>");

    private static string Refusal(string folder) => Should.Throw<InputException>(StudyFolder.At(folder).Check).Message;

    private static string[] Names(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)!).Order(StringComparer.Ordinal)];
}
