using DistSgd.Learning;
using DistSgd.Studies.Trials;

namespace DistSgd.Studies.Tests.Trials;

public sealed class TrialLogTests : IDisposable
{
    private static readonly TrialLogHeader Header = new("s", "digest", "data", "1");
    private static readonly TrialResult[] Two = [SmallStudies.Result(new Trial(0, 0.1, 1), 40), SmallStudies.Result(new Trial(1, 0.2, 1), loss: null, outcome: TrialOutcome.Diverged)];

    private readonly SmallStudies _studies = new();

    public void Dispose() => _studies.Dispose();

    private string LogPath => Path.Combine(_studies.Directory, TrialLog.FileName);

    [Fact]
    public void Results_outlive_their_process_and_a_line_that_was_cut_off_does_not()
    {
        Write();
        File.AppendAllText(LogPath, """{"key":"2/0.1/1","outcome":"reac""");
        using (TrialLog log = TrialLog.Open(LogPath, Header))
        {
            log.Results.Values.ShouldBe(Two, new SameResults());
            log.Add(SmallStudies.Result(new Trial(2, 0.1, 1), 50));
        }

        File.ReadAllLines(LogPath).Length.ShouldBe(4);
        using TrialLog again = TrialLog.Open(LogPath, Header);
        again.Results.Keys.ShouldBe(["0/0.1/1", "1/0.2/1", "2/0.1/1"]);
    }

    [Fact]
    public void A_log_of_another_study_or_of_other_data_is_refused()
    {
        Write();
        Complaint(Header with { Digest = "other" }).ShouldContain("trials.jsonl:1: holds trials of another study, 's'");
        Complaint(Header with { Data = "other" }).ShouldContain("trials.jsonl:1: the data have changed since the study was begun: found SHA-256 other, expected data.");
    }

    [Fact]
    public void A_damaged_line_is_named_and_nothing_is_lost()
    {
        Write();
        string[] lines = File.ReadAllLines(LogPath);
        File.WriteAllText(LogPath, $"{lines[0]}\n{lines[1]}\nrubbish\n{lines[2]}\n");
        Complaint(Header).ShouldContain("trials.jsonl:3: cannot be read; expected the result of a trial.");
        File.ReadAllLines(LogPath).Length.ShouldBe(4);
        File.WriteAllText(LogPath, "{}\n");
        Complaint(Header).ShouldContain("trials.jsonl:1: cannot be read; expected the head of a study's log.");
    }

    [Fact]
    public void One_process_writes_at_a_time()
    {
        using TrialLog first = TrialLog.Open(LogPath, Header);
        Complaint(Header).ShouldContain("perhaps another process carries the study on");
    }

    private void Write()
    {
        using TrialLog log = TrialLog.Open(LogPath, Header);
        Array.ForEach(Two, log.Add);
    }

    private string Complaint(TrialLogHeader header) => Should.Throw<InputException>(() => TrialLog.Open(LogPath, header).Dispose()).Message;

    private sealed class SameResults : IEqualityComparer<TrialResult>
    {
        public bool Equals(TrialResult? x, TrialResult? y) => x! with { Curve = [] } == (y! with { Curve = [] }) || (x.Key == y!.Key && x.Outcome == y.Outcome && x.TargetStep == y.TargetStep);

        public int GetHashCode(TrialResult result) => result.Key.GetHashCode(StringComparison.Ordinal);
    }
}
