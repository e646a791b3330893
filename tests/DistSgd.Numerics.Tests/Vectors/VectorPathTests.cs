using DistSgd.Numerics.Vectors;

namespace DistSgd.Numerics.Tests.Vectors;

public sealed class VectorPathTests
{
    [Theory]
    [InlineData(null, 512)]
    [InlineData("", 256)]
    public void Without_a_request_the_widest_path_is_taken(string? requested, int hardware)
    {
        VectorPath.Choose(requested, hardware, out string? problem).ShouldBe(hardware);
        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("512", 512, 512)]
    [InlineData("256", 512, 256)]
    [InlineData("128", 512, 128)]
    [InlineData("256", 256, 256)]
    [InlineData("128", 128, 128)]
    public void A_path_that_the_hardware_has_is_taken(string requested, int hardware, int expected)
    {
        VectorPath.Choose(requested, hardware, out string? problem).ShouldBe(expected);
        problem.ShouldBeNull();
    }

    [Fact]
    public void A_path_that_the_hardware_lacks_is_refused_with_both_widths()
    {
        VectorPath.Choose("512", 256, out string? problem).ShouldBe(256);
        problem.ShouldBe("DISTSGD_VECTOR_BITS is 512, but the widest vectors of this processor are 256 bits.");
    }

    [Theory]
    [InlineData("64")]
    [InlineData("avx2")]
    [InlineData("+512")]
    [InlineData(" 256")]
    public void Any_other_text_is_refused_with_what_was_expected(string requested)
    {
        VectorPath.Choose(requested, 512, out string? problem).ShouldBe(512);
        problem.ShouldBe($"DISTSGD_VECTOR_BITS is '{requested}'; expected 512, 256 or 128.");
    }

    [Fact]
    public void The_path_of_this_process_is_one_of_its_hardware()
    {
        VectorPath.Bits.ShouldBeOneOf(128, 256, 512);
        VectorPath.Bits.ShouldBeLessThanOrEqualTo(VectorPath.HardwareBits);
    }
}
