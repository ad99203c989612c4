using ShapeKit.Models;
using ShapeKit.Visualization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Visualization;

[Collection(nameof(TorchState))]
public sealed class GradCamTests
{
    /// <summary>
    /// Two feature maps go into the layer: the image itself and its double. The logit is 3 times the mean of the first less twice the
    /// mean of the second, so on four pixels α is 3/4 and -2/4: the map of class 1 is ReLU(3/4 p - 2/4 2p) = ReLU(-p/4), the map of class
    /// 0 ReLU(p/4).
    /// </summary>
    [Fact]
    public void The_map_is_the_slopes_means_times_the_feature_maps_by_arithmetic()
    {
        using var scope = NewDisposeScope();
        Tensor images = tensor(new[] { 0.8f, 0, 0.2f, 0.4f }).reshape(1, 1, 2, 2);
        Identity layer = nn.Identity();
        using Sequential model = Model(layer);

        Assert.Equal([0f, 0, 0, 0], GradCam.Of(model, layer, images).data<float>().ToArray());
        Assert.Equal([1f, 0, 0.25f, 0.5f], GradCam.Of(model, layer, images, positiveClass: false).data<float>().ToArray());
    }

    [Fact]
    public void Maps_have_the_size_of_the_images_and_each_its_own_largest_value()
    {
        using var scope = NewDisposeScope();
        using var model = new ShapeCnn(seed: 1);

        Tensor maps = GradCam.Of(model, model.Pool2, rand(6, 1, 28, 28));

        Assert.Equal([6, 1, 28, 28], maps.shape);
        Assert.All(maps.amax([1, 2, 3]).data<float>().ToArray(), largest => Assert.True(largest is 0 or > 0.999f and < 1.001f));
        Assert.True(maps.min().item<float>() >= 0);
    }

    [Fact]
    public void The_network_keeps_its_slopes_its_mode_and_its_answers_and_no_tensor_is_left()
    {
        using var scope = NewDisposeScope();
        using var model = new ShapeCnn(seed: 1);
        model.train();
        Tensor images = rand(2, 1, 28, 28);
        Tensor before = model.call(images).detach();
        int disposables = scope.DisposablesCount;

        Tensor maps = GradCam.Of(model, model.Pool2, images);

        Assert.Equal(disposables + 1, scope.DisposablesCount);
        Assert.True(model.training);
        Assert.All(model.parameters(), parameter => Assert.Null(parameter.grad));
        Assert.True(before.allclose(model.call(images), rtol: 0, atol: 0));
        Assert.False(maps.requires_grad);
    }

    [Fact]
    public void Layers_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = new ShapeCnn(seed: 1);
        using var other = new ShapeCnn(seed: 1);

        Assert.Contains(
            "not part of the network",
            Assert.Throws<ArgumentException>(() => GradCam.Of(model, other.Pool2, rand(1, 1, 28, 28))).Message,
            StringComparison.Ordinal
        );
        Linear dense = nn.Linear(784, 1);
        using Sequential flat = nn.Sequential(nn.Flatten(), dense);
        Assert.Contains(
            "does not take feature maps",
            Assert.Throws<ArgumentException>(() => GradCam.Of(flat, dense, rand(1, 1, 28, 28))).Message,
            StringComparison.Ordinal
        );
    }

    private static Sequential Model(Identity layer)
    {
        Conv2d doubled = nn.Conv2d(1, 2, 1, bias: false);
        Linear weighted = nn.Linear(2, 1, hasBias: false);
        using (no_grad())
        {
            doubled.weight.copy_(tensor(new[] { 1f, 2 }).reshape(2, 1, 1, 1));
            weighted.weight.copy_(tensor(new[] { 3f, -2 }).reshape(1, 2));
        }

        return nn.Sequential(doubled, layer, nn.AdaptiveAvgPool2d(1), nn.Flatten(), weighted);
    }
}
