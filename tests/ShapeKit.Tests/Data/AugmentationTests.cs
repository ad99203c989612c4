using ShapeKit.Data;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Data;

public sealed class AugmentationTests
{
    [Fact]
    public void Each_image_is_flipped_in_one_of_four_ways_about_equally_often()
    {
        using var scope = NewDisposeScope();
        Tensor corner = tensor(new[] { 1f, 0, 0, 0, 0, 0 }).reshape(1, 1, 2, 3);

        Tensor flipped = Augmentation.RandomFlips(corner.repeat(1000, 1, 1, 1), new Random(1));

        // Where the marked corner went: staying, left to right, top to bottom, both.
        var places = flipped.reshape(1000, 6).argmax(1).data<long>().GroupBy(place => place).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal([0, 2, 3, 5], places.Keys.Order());
        Assert.All(places.Values, count => Assert.InRange(count, 190, 310));
        Assert.Equal(1000, flipped.sum().item<float>());
    }

    [Fact]
    public void The_same_seed_repeats_the_flips_and_the_images_stay_as_they_were()
    {
        using var scope = NewDisposeScope();
        Tensor images = rand(20, 1, 4, 5), before = images.clone();

        Tensor first = Augmentation.RandomFlips(images, new Random(3));

        Assert.True(first.allclose(Augmentation.RandomFlips(images, new Random(3)), rtol: 0, atol: 0));
        Assert.False(first.allclose(Augmentation.RandomFlips(images, new Random(4))));
        Assert.True(images.allclose(before, rtol: 0, atol: 0));
    }

    [Fact]
    public void Leaves_one_tensor_behind()
    {
        using var scope = NewDisposeScope();
        Tensor images = zeros(2, 1, 4, 5);
        int before = scope.DisposablesCount;

        _ = Augmentation.RandomFlips(images, new Random(3));

        Assert.Equal(before + 1, scope.DisposablesCount);
    }

    [Fact]
    public void Images_without_a_channel_are_refused()
    {
        using Tensor images = zeros(2, 28, 28);

        Assert.Contains("3 dimensions", Assert.Throws<ArgumentException>(() => Augmentation.RandomFlips(images, new Random(1))).Message, StringComparison.Ordinal);
    }
}
