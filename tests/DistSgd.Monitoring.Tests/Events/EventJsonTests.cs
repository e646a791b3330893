using System.Text;
using System.Text.Json;
using DistSgd.Monitoring.Events;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Monitoring.Tests.Events;

public class EventJsonTests
{
    private static readonly CheckpointWritten Checkpoint = new()
    {
        Time = new DateTimeOffset(2025, 3, 1, 14, 0, 0, TimeSpan.FromHours(2)),
        Step = 500,
        File = "step-500.safetensors",
        ParametersSha256 = "ab12",
        Bytes = 4096,
    };

    [Fact]
    public void Any_event_comes_back_as_it_was_written() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            foreach (Type kind in EventSchema.Kinds.Values)
            {
                TrainingEvent original = RandomEvents.Next(new System.Random(seed), kind);
                Read(EventJson.Write(original)).ShouldHaveTheValuesOf(original);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_line_is_flat_and_has_the_names_of_the_record() =>
        EventJson.Write(Checkpoint).ShouldBe(
            """{"Event":"checkpoint","Step":500,"File":"step-500.safetensors","ParametersSha256":"ab12","Bytes":4096,"@t":"2025-03-01T14:00:00+02:00"}""");

    [Fact]
    public void Properties_come_in_order_with_the_kind_first_and_without_the_time() =>
        EventJson.Properties(Checkpoint).ShouldBe(
        [
            new("Event", "checkpoint"),
            new("Step", 500L),
            new("File", "step-500.safetensors"),
            new("ParametersSha256", "ab12"),
            new("Bytes", 4096L),
        ]);

    [Fact]
    public void Nulls_are_left_out_and_numbers_that_are_none_are_strings()
    {
        var evaluation = new Evaluation
        {
            Time = DateTimeOffset.UnixEpoch,
            Step = 1,
            Epoch = 1,
            Split = DataSplits.Test,
            Loss = double.NegativeInfinity,
            Examples = 10,
        };

        EventJson.Write(evaluation).ShouldBe(
            """{"Event":"evaluation","Step":1,"Epoch":1,"Split":"test","Loss":"-Infinity","Examples":10,"@t":"1970-01-01T00:00:00+00:00"}""");
    }

    [Theory]
    [InlineData("""{"@t":"2025-03-01T12:00:00Z","@mt":"hello","Event":"invented_later","Step":3}""")]
    [InlineData("""{"@t":"2025-03-01T12:00:00Z","@mt":"a line of another program"}""")]
    [InlineData("""{"Config":{"Event":"step"}}""")]
    [InlineData("""{"Event":7}""")]
    public void Objects_of_no_known_kind_are_passed_over(string line) => Read(line).ShouldBeNull();

    [Fact]
    public void Unknown_properties_are_passed_over()
    {
        string line = EventJson.Write(Checkpoint).Replace("\"Step\"", "\"Invented\":{\"later\":[1,{}]},\"Step\"", StringComparison.Ordinal);

        Read(line).ShouldBe(Checkpoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("[1,2]")]
    [InlineData("""{"@t":"2025-03-""")]
    [InlineData("""{"Event":"checkpoint","Step":500}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"Event":"\ud800"}""")]
    [InlineData("""{"@t":"2025-03-01T12:00:00Z","Event":"checkpoint","Step":1,"File":"\ud800","ParametersSha256":"s","Bytes":1}""")]
    [InlineData("""{"@t":"2025-03-01T12:00:00Z","Event":"checkpoint","Step":"many","File":"f","ParametersSha256":"s","Bytes":1}""")]
    [InlineData("""{"@t":"2025-03-01T12:00:00Z","Event":"checkpoint","Step":1,"File":null,"ParametersSha256":"s","Bytes":1}""")]
    public void What_is_no_event_is_refused(string line) => Should.Throw<JsonException>(() => Read(line));

    [Fact]
    public void A_damaged_line_is_read_or_refused_but_nothing_else() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            Type kind = EventSchema.Kinds.Values.ElementAt(random.Next(EventSchema.Kinds.Count));
            byte[] line = Encoding.UTF8.GetBytes(EventJson.Write(RandomEvents.Next(random, kind)));
            for (int damage = random.Next(1, 5); damage > 0; damage--)
            {
                line[random.Next(line.Length)] = (byte)random.Next(256);
            }

            try
            {
                EventJson.Read(line.AsSpan(0, random.Next(line.Length + 1)));
            }
            catch (JsonException)
            {
                // Refused, as it may be.
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static TrainingEvent? Read(string line) => EventJson.Read(Encoding.UTF8.GetBytes(line));
}
