using DistSgd.Learning.Data;

namespace DistSgd.Learning.Tests.Data;

public sealed class MnistDataTests
{
    [SkippableFact]
    public void Mnist_has_its_published_shape()
    {
        Skip.IfNot(MnistCache.Open().IsComplete(), "MNIST is not in the cache; 'distsgd data get mnist' puts it there.");

        Dataset mnist = MnistData.Load();

        (mnist.Train.Count, mnist.Test.Count, mnist.Classes, mnist.Train.Width).ShouldBe((60_000, 10_000, 10, 784));
        mnist.Train.StoredAsBytes.ShouldBeTrue();
        mnist.Train.Labels.Take(5).ShouldBe([5, 0, 4, 1, 9]);
        mnist.Sha256.Length.ShouldBe(64);
    }
}
