using System.Text.Json.Nodes;
using DistSgd.Learning;
using DistSgd.Training.Config;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Training.Tests.Config;

public class ConfigSchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(ConfigSchema.ToJson())!;

    [Fact]
    public void The_schema_says_what_it_is()
    {
        ((string?)Schema["$schema"]).ShouldBe("https://json-schema.org/draft/2020-12/schema");
        Property("optimizer.learning_rate").ToJsonString().ShouldBe(
            """{"type":"number","exclusiveMinimum":0,"description":"Step size before the schedule; usual 1e-5 to 0.1.","default":0.1}""");
        Property("training.batch_size").ToJsonString().ShouldBe(
            """{"anyOf":[{"type":"integer","minimum":1,"maximum":2147483647},{"const":"all"}],"description":"Examples a step, over all workers; all: the training part. Usual 8 to 2048.","default":128}""");
    }

    [Fact]
    public void Every_section_refuses_unknown_keys_and_every_key_has_description_and_default() => Descend(Schema);

    [Fact]
    public void The_schema_takes_every_valid_config() =>
        Prop.ForAll(ConfigGenerator.Valid, config =>
            JsonSchemaCheck.IsValid(JsonNode.Parse(ConfigWriter.ToJson(config).ToJsonString()), Schema)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("""{ "seed": 5 }""", true)]
    [InlineData("""{ "seed": -1 }""", false)]
    [InlineData("""{ "sed": 5 }""", false)]
    [InlineData("""{ "name": "../x" }""", false)]
    [InlineData("""{ "name": "x" }""", true)]
    [InlineData("""{ "loss": "huber" }""", false)]
    [InlineData("""{ "clip": null }""", true)]
    [InlineData("""{ "clip": {} }""", false)]
    [InlineData("""{ "clip": { "norm": 5 } }""", true)]
    [InlineData("""{ "clip": { "norm": 5, "value": null } }""", true)]
    [InlineData("""{ "clip": { "norm": 5, "value": 1 } }""", false)]
    [InlineData("""{ "clip": { "norm": 0 } }""", false)]
    [InlineData("""{ "training": { "steps": 5, "epochs": 1 } }""", false)]
    [InlineData("""{ "training": { "steps": 5, "epochs": null } }""", true)]
    [InlineData("""{ "training": { "batch_size": "all" } }""", true)]
    [InlineData("""{ "training": { "batch_size": "some" } }""", false)]
    [InlineData("""{ "training": { "batch_size": 1.5 } }""", false)]
    [InlineData("""{ "model": { "hidden": [] } }""", true)]
    [InlineData("""{ "model": { "hidden": [1, 65536] } }""", true)]
    [InlineData("""{ "model": { "hidden": [0] } }""", false)]
    [InlineData("""{ "model": { "hidden": 64 } }""", false)]
    [InlineData("""{ "optimizer": { "momentum": 1 } }""", false)]
    [InlineData("""{ "optimizer": { "nesterov": 0 } }""", false)]
    [InlineData("""{ "log": null }""", false)]
    public void Schema_and_reader_agree(string json, bool valid)
    {
        JsonSchemaCheck.IsValid(JsonNode.Parse(json), Schema).ShouldBe(valid);
        Action read = () => ConfigReader.Parse(json, "x.json");
        if (valid)
        {
            read.ShouldNotThrow();
        }
        else
        {
            read.ShouldThrow<InputException>();
        }
    }

    private static void Descend(JsonNode section)
    {
        ((bool?)section["additionalProperties"]).ShouldBe(false);
        foreach ((string name, JsonNode? key) in section["properties"]!.AsObject())
        {
            ((string?)key!["description"]).ShouldNotBeNullOrWhiteSpace(name);
            JsonNode constraint = key["anyOf"]?[0] ?? key;
            bool isSection = (string?)constraint["type"] == "object";
            (isSection || key.AsObject().ContainsKey("default")).ShouldBeTrue(name);
            if (isSection)
            {
                Descend(constraint);
            }
        }
    }

    private static JsonNode Property(string path) =>
        path.Split('.').Aggregate(Schema, (section, key) => section["properties"]![key]!);
}
