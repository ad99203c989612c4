using ShapeKit.Models;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

public sealed class StandardizationTests
{
    [Fact]
    public void Each_image_gets_mean_0_and_deviation_1_as_torchs_instance_normalisation_does()
    {
        using var scope = NewDisposeScope();
        Tensor images = rand(5, 1, 8, 8) * tensor(new[] { 0.1f, 0.3f, 0.5f, 0.7f, 1f }).reshape(-1, 1, 1, 1);
        using var standardization = new Standardization();

        Tensor standardized = standardization.call(images);

        Assert.True(standardized.mean([1, 2, 3]).abs().max().item<float>() < 1e-5);
        Assert.All(standardized.std([1, 2, 3], unbiased: false).data<float>().ToArray(), deviation => Assert.InRange(deviation, 0.98, 1));
        Assert.True(standardized.allclose(nn.functional.instance_norm(images), atol: 1e-5));
        Assert.Empty(standardization.parameters());
    }

    [Fact]
    public void Exposure_makes_no_difference_and_an_even_grey_becomes_zero()
    {
        using var scope = NewDisposeScope();
        Tensor image = rand(1, 1, 8, 8);
        using var standardization = new Standardization();

        Assert.True(standardization.call(image).allclose(standardization.call((image * 0.5) + 0.2), atol: 1e-2));
        Assert.Equal(0, standardization.call(ones(1, 1, 8, 8)).abs().max().item<float>());
    }

    [Fact]
    public void Common_numbers_keep_the_differences_between_images()
    {
        using var scope = NewDisposeScope();
        using var standardization = new Standardization(mean: 0.5, deviation: 0.25);

        Assert.Equal([-2f, 0, 2], standardization.call(tensor(new[] { 0f, 0.5f, 1 }).reshape(1, 1, 1, 3)).data<float>().ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => new Standardization(0.5, 0));
    }
}
