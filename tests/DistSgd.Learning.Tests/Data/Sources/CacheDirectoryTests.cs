using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Tests.Data.Sources;

public sealed class CacheDirectoryTests
{
    private static readonly string Home = Path.Combine(Path.GetTempPath(), "home");
    private static readonly string Xdg = Path.Combine(Path.GetTempPath(), "xdg");
    private static readonly string Own = Path.Combine(Path.GetTempPath(), "own");

    [Fact]
    public void The_variable_of_the_product_wins() => Locate(Own, Xdg, Home).ShouldBe(Own);

    [Fact]
    public void The_xdg_directory_comes_next() => Locate(null, Xdg, Home).ShouldBe(Path.Combine(Xdg, "distsgd"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative/path")]
    public void The_home_directory_serves_without_a_usable_xdg_directory(string? xdg) =>
        Locate("", xdg, Home).ShouldBe(Path.Combine(Home, "distsgd"));

    [Fact]
    public void Without_a_home_the_error_says_what_to_set() =>
        Should.Throw<InputException>(() => Locate(null, null, "")).Message
            .ShouldBe("There is no home directory to keep data in; set DISTSGD_CACHE to a directory.");

    private static string Locate(string? own, string? xdg, string home) =>
        CacheDirectory.Locate(name => name == CacheDirectory.Variable ? own : xdg, home);
}
