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
    public void Every_number_of_a_result_comes_back_to_the_bit()
    {
        TrialResult whole = Two[0] with
        {
            Outcome = TrialOutcome.Completed,
            TargetVirtualSeconds = 0.1,
            TrainLoss = 1 / 3.0,
            TrainAccuracy = 0.9,
            ValidationLoss = double.Epsilon,
            ValidationAccuracy = 2 / 3.0,
            BestValidationAccuracy = 1,
            TestLoss = Math.PI,
            TestAccuracy = 0.7,
            NoiseTrace = 1e300,
            NoiseSquaredNorm = -1e-7,
            NoiseMeanRatio = 12.5,
            Staleness = 0.3,
            TopEigenvalue = -4,
            Sharpness = 5,
            Seconds = 0.123,
            Curve = [new TrialPoint(1, 20, 0.5, null), new TrialPoint(2, 40, 0.25, 7.1)],
        };
        foreach (System.Reflection.PropertyInfo property in typeof(TrialResult).GetProperties())
        {
            property.GetValue(whole).ShouldNotBeNull(property.Name); // whoever adds a number adds it here too
        }

        using (TrialLog log = TrialLog.Open(LogPath, Header))
        {
            log.Add(whole);
        }

        using TrialLog again = TrialLog.Open(LogPath, Header);
        TrialResult read = again.Results.Values.Single();
        read.Curve.ShouldBe(whole.Curve);
        (read with { Curve = whole.Curve }).ShouldBe(whole);
    }

    [Fact]
    public void A_head_that_was_cut_off_is_written_anew()
    {
        File.WriteAllText(LogPath, "{\"study\":\"s\",\"dig");
        Write();
        using TrialLog log = TrialLog.Open(LogPath, Header);
        log.Results.Count.ShouldBe(2);
    }

    [Fact]
    public void A_log_that_cannot_be_written_is_named()
    {
        Directory.CreateDirectory(LogPath);
        Complaint(Header).ShouldContain("trials.jsonl: cannot be used");
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
