using DistSgd.Learning.Data;

namespace DistSgd.Learning.Tests.Data;

public sealed class ImageSetTests
{
    [SkippableFact]
    public void Mnist_has_its_published_shape()
    {
        Dataset mnist = Loaded(ImageSet.Mnist);
        mnist.Train.Labels.Take(5).ShouldBe([5, 0, 4, 1, 9]);
        mnist.ClassNames.ShouldBeNull();
    }

    [SkippableFact]
    public void Fashion_mnist_has_as_many_images_of_every_class()
    {
        Dataset fashion = Loaded(ImageSet.FashionMnist);
        foreach ((Examples set, int count) in new[] { (fashion.Train, 6_000), (fashion.Test, 1_000) })
        {
            set.Labels.CountBy(label => label).ShouldAllBe(pair => pair.Value == count);
        }

        fashion.ClassNames![9].ShouldBe("Ankle boot");
    }

    [Fact]
    public void Only_files_that_were_made_here_need_advice_to_be_brought_by_hand()
    {
        ImageSet.Mnist.Open().ByHand.ShouldBeNull();
        ImageSet.FashionMnist.Open().ByHand!.ShouldContain("'data.source: idx'");
    }

    private static Dataset Loaded(ImageSet set)
    {
        Skip.IfNot(set.Open().IsComplete(), $"{set.Title} is not in the cache; 'distsgd data get {set.Name}' puts it there.");
        Dataset loaded = set.Load();
        (loaded.Train.Count, loaded.Test.Count, loaded.Classes, loaded.Train.Width).ShouldBe((60_000, 10_000, 10, 784));
        loaded.Train.StoredAsBytes.ShouldBeTrue();
        loaded.Sha256.Length.ShouldBe(64);
        return loaded;
    }
}
