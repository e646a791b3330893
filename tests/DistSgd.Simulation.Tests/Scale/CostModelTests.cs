using DistSgd.Learning;
using DistSgd.Simulation.Scale;

namespace DistSgd.Simulation.Tests.Scale;

public sealed class CostModelTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void What_is_written_is_read_again()
    {
        CostModel model = Models.Typical with { Measurements = [Models.Measure(Models.Typical, 2, 128)] };
        File.WriteAllText(_path, model.ToJson());
        CostModel read = CostModel.Load(_path);
        read.Measurements.ShouldBe(model.Measurements);
        (read with { Measurements = model.Measurements }).ShouldBe(model);
    }

    [Theory]
    [InlineData("\"cores\": 2", "\"cores\": 0", "cores: found 0; expected at least 1.")]
    [InlineData("\"version\": 1", "\"version\": 2", "version: found 2; expected 1.")]
    [InlineData("\"bytes_per_second\": 1000000000", "\"bytes_per_second\": -1", "network.bytes_per_second: found -1; expected 1 to 1e15.")]
    [InlineData("\"wake_up_seconds\": 1E-05", "\"wake_up_seconds\": 1e9", "wake_up_seconds: found 1000000000; expected 0 to 3600.")]
    [InlineData("\"cores\"", "\"cors\"", "cors")]
    [InlineData("\"cores\": 2", "\"cores\": \"two\"", "cores")]
    [InlineData("{", "[", "is no cost model")]
    public void Mistakes_are_told(string text, string mistake, string message)
    {
        string json = Models.Typical.ToJson();
        json.ShouldContain(text);
        File.WriteAllText(_path, json.Replace(text, mistake, StringComparison.Ordinal));
        InputException error = Should.Throw<InputException>(() => CostModel.Load(_path));
        error.Message.ShouldStartWith(_path);
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void An_absent_file_is_told() =>
        Should.Throw<InputException>(() => CostModel.Load("/nowhere/model.json")).Message.ShouldStartWith("Cannot read /nowhere/model.json: ");

    public void Dispose() => File.Delete(_path);
}
