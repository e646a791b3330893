using System.Diagnostics;
using System.Globalization;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Tests;

/// <summary>
/// The paths of one machine against each other. A process has one path, so a small program trains in child processes:
/// every activation, loss and panel shape, with clipping and weight decay.
/// </summary>
public sealed class VectorPathTests
{
    private static readonly Lazy<Probe> Widest = new(() => Run());

    public static TheoryData<int> HardwarePaths => [.. new[] { 512, 256, 128 }.Where(bits => bits <= VectorPath.HardwareBits)];

    [Theory]
    [MemberData(nameof(HardwarePaths))]
    public void Every_path_of_the_hardware_trains_to_the_same_bits(int bits)
    {
        Probe probe = Run((VectorPath.Variable, bits.ToString(CultureInfo.InvariantCulture)));
        probe.ShouldBe(Widest.Value with { Bits = bits });
    }

    [SkippableTheory]
    [InlineData("DOTNET_EnableAVX512", 512)]
    [InlineData("DOTNET_EnableAVX2", 256)] // takes the fused multiply-add of the hardware away too
    public void A_machine_without_wide_vectors_trains_to_the_same_bits(string knob, int width)
    {
        Skip.If(VectorPath.HardwareBits < width, $"This machine has no {width}-bit vectors to switch off.");
        Probe probe = Run((knob, "0"));
        probe.Bits.ShouldBeLessThan(width);
        probe.Sha256.ShouldBe(Widest.Value.Sha256);
    }

    [Fact]
    public void Without_any_intrinsics_training_agrees_within_rounding()
    {
        Probe probe = Run(("DOTNET_EnableHWIntrinsic", "0"));
        probe.Bits.ShouldBe(128);
        probe.Norm.ShouldBe(Widest.Value.Norm, 1e-5 * Widest.Value.Norm);
    }

    private static Probe Run(params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "DistSgd.PathProbe.dll"));
        start.Environment.Remove(VectorPath.Variable);
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Dictionary<string, string> answer = ChildProcess.Run(start)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .ToDictionary(line => line.Split(' ')[0], line => line.Split(' ')[1]);
        return new Probe(
            int.Parse(answer["bits"], CultureInfo.InvariantCulture),
            answer["sha256"],
            double.Parse(answer["norm"], CultureInfo.InvariantCulture));
    }

    private sealed record Probe(int Bits, string Sha256, double Norm);
}
