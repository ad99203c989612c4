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
        var places = flipped
            .reshape(1000, 6)
            .argmax(1)
            .data<long>()
            .GroupBy(place => place)
            .ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal([0, 2, 3, 5], places.Keys.Order());
        Assert.All(places.Values, count => Assert.InRange(count, 190, 310));
        Assert.Equal(1000, flipped.sum().item<float>());
    }

    [Fact]
    public void The_same_seed_repeats_the_flips_and_the_images_stay_as_they_were()
    {
        using var scope = NewDisposeScope();
        Tensor images = rand(20, 1, 4, 5),
            before = images.clone();

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

        Assert.Contains(
            "3 dimensions",
            Assert.Throws<ArgumentException>(() => Augmentation.RandomFlips(images, new Random(1))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_affine_map_shifts_an_image_and_repeats_its_edge()
    {
        using var scope = NewDisposeScope();
        Tensor images = rand(500, 1, 1, 10) * 0 + arange(10, dtype: float32).reshape(1, 1, 1, 10);

        Tensor shifted = Augmentation.RandomAffine(images, new Random(1), shift: 0.2, scale: 0, degrees: 0);

        // A ramp from 0 to 9 tells by its fifth pixel how far it was moved: evenly up to two pixels to either side.
        float[] moves = [.. shifted[.., 0, 0, 5].data<float>().ToArray().Select(value => value - 5)];
        Assert.InRange(moves.Min(), -2f, -1.9f);
        Assert.InRange(moves.Max(), 1.9f, 2f);
        Assert.InRange(moves.Average(), -0.2, 0.2);
        Assert.InRange(shifted.min().item<float>(), 0, 9);
    }

    [Fact]
    public void An_affine_map_turns_and_scales_about_the_centre_whatever_the_sides()
    {
        using var scope = NewDisposeScope();

        // A disc in the middle of a wide image stays where it is; a turn keeps its area, a scale of 1 ± s changes it by (1 ± s)².
        Tensor y = arange(41, dtype: float32).reshape(-1, 1) - 20,
            x = arange(81, dtype: float32).reshape(1, -1) - 40;
        Tensor disc = ((x * x) + (y * y) < 144).to(ScalarType.Float32).reshape(1, 1, 41, 81).repeat(200, 1, 1, 1);
        float area = disc[0].sum().item<float>();

        float[] turned = Areas(Augmentation.RandomAffine(disc, new Random(1), shift: 0, scale: 0, degrees: 90));
        float[] scaled = Areas(Augmentation.RandomAffine(disc, new Random(1), shift: 0, scale: 0.2, degrees: 0));

        Assert.All(turned, one => Assert.InRange(one / area, 0.97, 1.03));
        Assert.InRange(scaled.Min() / area, 0.62, 0.68);
        Assert.InRange(scaled.Max() / area, 1.4, 1.47);

        static float[] Areas(Tensor images) => images.sum([1, 2, 3]).data<float>().ToArray();
    }

    [Fact]
    public void A_bar_turns_as_far_as_it_may_and_no_farther()
    {
        using var scope = NewDisposeScope();
        Tensor bar = zeros(200, 1, 41, 41);
        bar[.., .., 19..22, 10..31] = 1;

        Tensor turned = Augmentation.RandomAffine(bar, new Random(2), shift: 0, scale: 0, degrees: 30);

        // The angle of a bar from its second moments.
        Tensor y = arange(41, dtype: float32).reshape(-1, 1) - 20,
            x = arange(41, dtype: float32).reshape(1, -1) - 20;
        float[] xy = Moment(x * y),
            xx = Moment(x * x),
            yy = Moment(y * y);
        double[] angles = [.. Enumerable.Range(0, 200).Select(i => 90 / Math.PI * Math.Atan2(2 * xy[i], xx[i] - yy[i]))];
        Assert.InRange(angles.Min(), -31, -27);
        Assert.InRange(angles.Max(), 27, 31);

        float[] Moment(Tensor weights) => (turned * weights).sum([1, 2, 3]).data<float>().ToArray();
    }

    [Fact]
    public void Another_exposure_keeps_the_order_of_the_greys_and_stays_within_0_to_1()
    {
        using var scope = NewDisposeScope();
        Tensor ramp = linspace(0, 1, 20).reshape(1, 1, 4, 5).repeat(300, 1, 1, 1);

        Tensor exposed = Augmentation.RandomExposure(ramp, new Random(1));

        Assert.InRange(exposed.min().item<float>(), 0, 1);
        Assert.InRange(exposed.max().item<float>(), 0, 1);
        Assert.True(exposed.reshape(300, 20).diff(dim: 1).min().item<float>() >= 0);
        float[] middles = exposed[.., 0, 2, 0].data<float>().ToArray();
        Assert.True(middles.Max() - middles.Min() > 0.15);
    }

    [Fact]
    public void Limits_of_zero_change_nothing_and_the_same_seed_repeats_every_change()
    {
        using var scope = NewDisposeScope();
        Tensor images = rand(20, 1, 6, 5),
            before = images.clone();

        Assert.True(images.allclose(Augmentation.RandomAffine(images, new Random(1), 0, 0, 0), atol: 1e-5));
        Assert.True(images.allclose(Augmentation.RandomExposure(images, new Random(1), 1, 1), atol: 1e-6));
        foreach (
            Func<int, Tensor> change in (Func<int, Tensor>[])
                [seed => Augmentation.RandomAffine(images, new Random(seed)), seed => Augmentation.RandomExposure(images, new Random(seed))]
        )
        {
            int disposables = scope.DisposablesCount;
            Tensor first = change(3);
            Assert.Equal(disposables + 1, scope.DisposablesCount);
            Assert.True(first.allclose(change(3), rtol: 0, atol: 0));
            Assert.False(first.allclose(change(4)));
        }

        Assert.True(images.allclose(before, rtol: 0, atol: 0));
    }

    [Fact]
    public void Limits_out_of_range_are_named()
    {
        using Tensor images = zeros(2, 1, 4, 4);

        Assert.Equal(
            "shift",
            Assert.Throws<ArgumentOutOfRangeException>(() => Augmentation.RandomAffine(images, new Random(1), shift: 1.5)).ParamName
        );
        Assert.Equal(
            "scale",
            Assert.Throws<ArgumentOutOfRangeException>(() => Augmentation.RandomAffine(images, new Random(1), scale: 1)).ParamName
        );
        Assert.Equal(
            "degrees",
            Assert.Throws<ArgumentOutOfRangeException>(() => Augmentation.RandomAffine(images, new Random(1), degrees: -1)).ParamName
        );
        Assert.Equal(
            "gamma",
            Assert.Throws<ArgumentOutOfRangeException>(() => Augmentation.RandomExposure(images, new Random(1), gamma: 0.5)).ParamName
        );
    }

    [Fact]
    public void No_images_stay_no_images()
    {
        using Tensor none = zeros(0, 1, 28, 28),
            flipped = Augmentation.RandomFlips(none, new Random(1)),
            moved = Augmentation.RandomAffine(none, new Random(1)),
            exposed = Augmentation.RandomExposure(none, new Random(1));

        Assert.All((Tensor[])[flipped, moved, exposed], images => Assert.Equal(none.shape, images.shape));
    }
}
