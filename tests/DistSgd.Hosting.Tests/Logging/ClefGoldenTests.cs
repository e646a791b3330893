using System.Text.Json.Nodes;
using DistSgd.Hosting.Logging;
using DistSgd.Monitoring.Events;
using Serilog.Events;
using Serilog.Parsing;

namespace DistSgd.Hosting.Tests.Logging;

public class ClefGoldenTests
{
    private static readonly DateTimeOffset Time = new DateTimeOffset(2025, 3, 1, 14, 5, 6, 7, TimeSpan.FromHours(2)).AddTicks(1234);

    [Fact]
    public void A_step_window() => Line(new StepWindow
    {
        Time = Time,
        Step = 20,
        Epoch = 1,
        FirstStep = 11,
        Count = 10,
        Skipped = 1,
        Examples = 1152,
        LossMean = 0.1,
        LossMin = double.NaN,
        LossMax = double.PositiveInfinity,
        Accuracy = 0.875,
        GradientNormMean = 1e-7,
        GradientNormMin = 0,
        GradientNormMax = 123456789,
        GradientNormMaxStep = 13,
        LearningRate = 0.1,
        Momentum = 0.9,
        Clipped = 2,
        LargestSliceNorm = 3.5,
        LargestSliceWorker = "worker-1",
        LargestSliceShard = 2,
        LargestSliceStep = 13,
        Staleness = [36, 3],
        Seconds = 0.25,
        SamplesPerSecond = 5120,
    }).ShouldBe("""
        {"@t":"2025-03-01T12:05:06.0071234Z","@mt":"Step {Step}: loss {LossMean}, gradient norm {GradientNormMean}, learning rate {LearningRate}","Event":"step","Step":20,"Epoch":1,"FirstStep":11,"Count":10,"Skipped":1,"Examples":1152,"LossMean":0.1,"LossMin":"NaN","LossMax":"Infinity","Accuracy":0.875,"GradientNormMean":1E-07,"GradientNormMin":0,"GradientNormMax":123456789,"GradientNormMaxStep":13,"LearningRate":0.1,"Momentum":0.9,"Clipped":2,"LargestSliceNorm":3.5,"LargestSliceWorker":"worker-1","LargestSliceShard":2,"LargestSliceStep":13,"Staleness":[36,3],"Seconds":0.25,"SamplesPerSecond":5120}

        """);

    [Fact]
    public void An_alert_has_a_level_and_no_markup_of_its_own() => Line(new Alert
    {
        Time = Time,
        Rule = "nonfinite",
        Severity = AlertSeverities.Critical,
        State = AlertStates.Raised,
        Step = 57,
        SeenAtStep = 57,
        Epoch = 1,
        Worker = "w\"<b>\n",
        Shard = 3,
        Examples = [3, 1, 4],
        Message = "NaN or infinity in the gradient of shard 3 at step 57",
    }).ShouldBe("""
        {"@t":"2025-03-01T12:05:06.0071234Z","@mt":"Alert {Rule} {State}: {Message}","@l":"Error","Event":"alert","Rule":"nonfinite","Severity":"critical","State":"raised","Step":57,"Epoch":1,"SeenAtStep":57,"Worker":"w\"<b>\n","Shard":3,"Examples":[3,1,4],"Message":"NaN or infinity in the gradient of shard 3 at step 57"}

        """);

    [Fact]
    public void The_end_of_a_run() => Line(new RunFinished
    {
        Time = Time,
        Step = 2150,
        Epoch = 5,
        Outcome = RunOutcomes.Completed,
        Seconds = 6.5,
        TestAccuracy = 0.9762,
        AlertsByRule = new Dictionary<string, int> { ["nonfinite"] = 2 },
    }).ShouldBe("""
        {"@t":"2025-03-01T12:05:06.0071234Z","@mt":"Run {Outcome} after step {Step} in {Seconds} s","Event":"run_finished","Step":2150,"Epoch":5,"Outcome":"completed","Seconds":6.5,"TestAccuracy":0.9762,"AlertsByRule":{"nonfinite":2}}

        """);

    [Fact]
    public void The_start_of_a_run_has_the_config_as_a_tree() => Line(new RunStarted
    {
        Time = Time,
        Run = "mnist-mlp",
        RunId = "7f",
        Seed = ulong.MaxValue,
        Term = 1,
        Config = new JsonObject
        {
            ["name"] = "mnist-mlp",
            ["optimizer"] = new JsonObject { ["learning_rate"] = 0.1, ["nesterov"] = false },
            ["model"] = new JsonObject { ["hidden"] = new JsonArray(128, 64) },
            ["clip"] = null,
        },
        ConfigDigest = "c0",
        DataSha256 = "da",
        Shards = 4,
        Workers = 2,
        Parameters = 101770,
        LayerWidths = [784, 128, 10],
        TrainingExamples = 55000,
        ValidationExamples = 5000,
        TestExamples = 10000,
        StepsTotal = 2150,
        StepsPerEpoch = 430,
        BatchSize = 128,
        Processor = "cpu",
        Cores = 2,
        OperatingSystem = "Linux",
        Runtime = ".NET 10",
        VectorBits = 512,
        ProductVersion = "0.1.0",
    }).ShouldBe("""
        {"@t":"2025-03-01T12:05:06.0071234Z","@mt":"Run {Run} starts: {Parameters} parameters, {TrainingExamples} examples, {StepsTotal} steps of {BatchSize}, {Workers} workers","Event":"run_started","SchemaVersion":1,"Run":"mnist-mlp","RunId":"7f","Seed":18446744073709551615,"Term":1,"Config":{"name":"mnist-mlp","optimizer":{"learning_rate":0.1,"nesterov":false},"model":{"hidden":[128,64]},"clip":null},"ConfigDigest":"c0","DataSha256":"da","Shards":4,"Workers":2,"Parameters":101770,"LayerWidths":[784,128,10],"TrainingExamples":55000,"ValidationExamples":5000,"TestExamples":10000,"StepsTotal":2150,"StepsPerEpoch":430,"BatchSize":128,"Processor":"cpu","Cores":2,"OperatingSystem":"Linux","Runtime":".NET 10","VectorBits":512,"ProductVersion":"0.1.0"}

        """);

    [Fact]
    public void Exceptions_and_properties_that_begin_with_an_at_sign_are_escaped()
    {
        var logEvent = new LogEvent(
            Time,
            LogEventLevel.Warning,
            new InvalidOperationException("broken \"pipe\""),
            new MessageTemplateParser().Parse("{@x}"),
            [new LogEventProperty("@t", new ScalarValue("not the time")), new LogEventProperty("plain", new ScalarValue(null))]);

        Format(logEvent).ShouldBe("""
            {"@t":"2025-03-01T12:05:06.0071234Z","@mt":"{@x}","@l":"Warning","@x":"System.InvalidOperationException: broken \"pipe\"","@@t":"not the time","plain":null}

            """);
    }

    private static string Line(TrainingEvent trainingEvent) => Format(LogEventConverter.ToLogEvent(trainingEvent));

    private static string Format(LogEvent logEvent)
    {
        using var output = new StringWriter();
        new ClefFormatter().Format(logEvent, output);
        return output.ToString();
    }
}
