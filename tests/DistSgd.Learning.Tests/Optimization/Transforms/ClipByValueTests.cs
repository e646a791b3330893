using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Learning.Tests.Optimization.Support;

namespace DistSgd.Learning.Tests.Optimization.Transforms;

public class ClipByValueTests
{
    [Fact]
    public void Elements_beyond_the_limit_move_to_it_and_others_stay()
    {
        var driver = new TransformDriver(new ClipByValue(0.5), new float[6]);
        driver.Update(2, -3, 0.25f, -0.5f, float.PositiveInfinity, float.NegativeInfinity)
            .ShouldBe([0.5f, -0.5f, 0.25f, -0.5f, 0.5f, -0.5f]);
    }

    [Fact]
    public void Nan_is_not_hidden()
    {
        var driver = new TransformDriver(new ClipByValue(1), new float[2]);
        driver.Update(float.NaN, 3).ShouldBe([float.NaN, 1]);
    }

    [Fact]
    public void Clipping_twice_is_clipping_once()
    {
        var driver = new TransformDriver(new ClipByValue(0.7), new float[40]);
        float[] once = driver.Update(RandomGradients.Draw(1, 0, 40));
        driver.Update(once).ShouldBe(once);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_limit_that_is_not_positive_is_refused(double limit) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new ClipByValue(limit));
}
