using System.Text;
using DistSgd.Hosting.Runs;
using DistSgd.Reports;

namespace DistSgd.Studies.Output;

/// <summary>Writes a study into its folder: <c>study.json</c>, <c>TABLE.csv</c> for each table, and <c>report.html</c>.</summary>
public static class StudyWriter
{
    /// <summary>Name of the file with all numbers.</summary>
    public const string JsonName = "study.json";

    /// <summary>Name of the report.</summary>
    public const string ReportName = "report.html";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a study.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="parts">Studies that it sums up; each goes into a folder of its own below, called by its name.</param>
    /// <param name="render">Renders reports; null for <see cref="ReportWriter.ToHtml"/>.</param>
    /// <returns>Full path of the folder.</returns>
    /// <exception cref="Learning.InputException">The folder holds something already.</exception>
    /// <exception cref="IOException">It cannot be written; nothing is left behind.</exception>
    public static string Write(
        StudyResult result, StudyFolder folder, IReadOnlyList<StudyResult>? parts = null, Func<ReportPage, string>? render = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(folder);
        return folder.Fill(directory =>
        {
            foreach (StudyResult part in parts ?? [])
            {
                WriteInto(Directory.CreateDirectory(Path.Combine(directory, part.Name)).FullName, part, render ?? ReportWriter.ToHtml);
            }

            WriteInto(directory, result, render ?? ReportWriter.ToHtml);
        });
    }

    /// <summary>Writes a study into a folder that has its log of trials, over what an earlier process may have written there.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="result">What was found.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void WriteBesideLog(string directory, StudyResult result) => WriteInto(directory, result, ReportWriter.ToHtml);

    private static void WriteInto(string directory, StudyResult result, Func<ReportPage, string> render)
    {
        void Write(string name, string text) => AtomicFile.Write(Path.Combine(directory, name), stream => stream.Write(Utf8.GetBytes(text)));
        Write(ReportName, render(StudyPage.Of(result)));
        foreach (StudyTable table in result.Tables)
        {
            Write($"{table.Name}.csv", StudyCsv.Write(table));
        }

        // The last one: where it is, everything is.
        Write(JsonName, StudyJson.Write(result) + "\n");
    }
}
