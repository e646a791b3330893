using System.Text;
using System.Text.Json;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Tests.Rules;

namespace DistSgd.Monitoring.Tests.Events;

/// <summary>The quick reader takes what is plain, gives what was written, and leaves everything else to the serializer.</summary>
public sealed class PlainReaderTests
{
    private static readonly PlainReader Steps = PlainReader.Create(StepWindow.Kind, typeof(StepWindow))!;

    [Fact]
    public void It_gives_what_was_written()
    {
        StepWindow window = SampleRun.Step(10) with { Staleness = [3, 0, 1], LargestShard = 2, LargestShardWorker = "wörker-1", LargestShardExamples = [5, 9], Accuracy = null };
        Same(Read(EventJson.Write(window)), window);
        Same(Read(EventJson.Write(window with { LargestShardWorker = "other" })), window with { LargestShardWorker = "other" });
    }

    [Fact]
    public void The_order_of_properties_does_not_matter_and_unknown_ones_are_passed_over()
    {
        StepWindow window = SampleRun.Step(10);
        string[] properties = [.. JsonDocument.Parse(EventJson.Write(window)).RootElement.EnumerateObject().Select(property => $"\"{property.Name}\":{property.Value.GetRawText()}")];
        Same(Read($"{{{string.Join(',', properties.Reverse())},\"New\":{{\"a\":[1,2]}}}}"), window);
    }

    [Theory]
    [InlineData("\"Count\":10", "\"Count\":10.5")]
    [InlineData("\"Count\":10", "\"Count\":\"10\"")]
    [InlineData("\"Count\":10", "\"Count\":null")]
    [InlineData("\"Count\":10,", "")]
    [InlineData("\"Event\":\"step\"", "\"Event\":\"layer\"")]
    [InlineData("\"Event\":\"step\",", "")]
    [InlineData("\"LossMean\":0.5", "\"LossMean\":\"NaN\"")]
    [InlineData("\"LargestSliceWorker\":\"worker-1\"", "\"LargestSliceWorker\":7")]
    [InlineData("\"LargestSliceWorker\":\"worker-1\"", "\"LargestSliceWorker\":\"\\uD800\"")]
    [InlineData("\"Staleness\":[]", "\"Staleness\":[1,\"2\"]")]
    [InlineData("\"Staleness\":[]", "\"Staleness\":[1,[2]]")]
    public void What_is_not_plain_is_left_to_the_serializer(string plain, string other)
    {
        string line = EventJson.Write(SampleRun.Step(10));
        line.ShouldContain(plain);
        Read(line.Replace(plain, other, StringComparison.Ordinal)).ShouldBeNull();
    }

    [Fact]
    public void Garbage_and_long_lists_are_left_to_the_serializer()
    {
        string line = EventJson.Write(SampleRun.Step(10) with { Staleness = [.. Enumerable.Range(0, 200)] });
        Read(line).ShouldBeNull();
        ((StepWindow)EventJson.Read(Encoding.UTF8.GetBytes(line))!).Staleness.Count.ShouldBe(200);
        foreach (string garbage in new[] { "", "{", "[]", "{\"Step\":1", line + "x", line[..^1] })
        {
            Read(garbage).ShouldBeNull();
        }
    }

    [Fact]
    public void The_frequent_kinds_are_plain()
    {
        PlainReader.Create(LayerWindow.Kind, typeof(LayerWindow)).ShouldNotBeNull();
        PlainReader.Create(WorkerWindow.Kind, typeof(WorkerWindow)).ShouldNotBeNull();
        PlainReader.Create(RunStarted.Kind, typeof(RunStarted)).ShouldBeNull("its config is a tree");
    }

    private static TrainingEvent? Read(string line) => Steps.Read(Encoding.UTF8.GetBytes(line));

    private static void Same(TrainingEvent? found, StepWindow expected) => EventJson.Write(found.ShouldNotBeNull()).ShouldBe(EventJson.Write(expected));
}
