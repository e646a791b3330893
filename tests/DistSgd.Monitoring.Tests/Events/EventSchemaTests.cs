using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Tests.Events;

public class EventSchemaTests
{
    public static TheoryData<string> Kinds => [.. EventSchema.Kinds.Keys];

    [Fact]
    public void Every_event_of_the_namespace_is_in_the_schema()
    {
        IEnumerable<Type> concrete = typeof(TrainingEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TrainingEvent)));

        EventSchema.Kinds.Values.ShouldBe(concrete, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_event_calls_itself_what_the_schema_calls_it(string kind)
    {
        TrainingEvent trainingEvent = RandomEvents.Next(new Random(1), EventSchema.Kinds[kind]);

        trainingEvent.Event.ShouldBe(kind);
        kind.ShouldMatch("^[a-z]+(_[a-z]+)*$");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_message_names_properties_of_its_event(string kind)
    {
        TrainingEvent trainingEvent = RandomEvents.Next(new Random(1), EventSchema.Kinds[kind]);
        IEnumerable<string> names = System.Text.RegularExpressions.Regex.Matches(trainingEvent.MessageTemplate, @"\{(\w+)\}")
            .Select(match => match.Groups[1].Value);

        names.ShouldNotBeEmpty();
        names.ShouldBeSubsetOf(EventSchema.Kinds[kind].GetProperties().Select(property => property.Name));
    }
}
