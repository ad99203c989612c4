using System.Runtime.CompilerServices;
using ShapeKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

[Collection(nameof(TorchState))]
public sealed class UNetTests
{
    [Fact]
    public void Layers_shapes_and_parameters_are_the_approved_ones()
    {
        using var model = new UNet(3, depth: 2, width: 8);
        Dictionary<string, Tensor> state = model.state_dict();
        IEnumerable<string> lines =
        [
            ModelSummary.Of(model, 1, 1, 64, 64).ToString(),
            .. state.Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}] {entry.Value.dtype}"),
        ];

        Assert.Equal(File.ReadAllText(Approved()), string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void The_papers_network_makes_388_pixels_of_572_and_has_its_channels()
    {
        // Figure 1 of the paper, with 2 instead of 64 channels on the first level.
        using var model = new UNet(2, depth: 4, width: 2, padded: false);
        ModelSummary summary = ModelSummary.Of(model, 1, 1, 572, 572);

        Assert.Equal(388, model.OutputSize(572));
        Assert.Equal([1, 2, 388, 388], summary.Rows[^1].OutputShape);
        Assert.Equal(
            [570, 568, 284, 282, 280, 140, 138, 136, 68, 66, 64, 32, 30, 28, 56, 54, 52, 104, 102, 100, 200, 198, 196, 392, 390, 388, 388],
            summary.Rows.Select(row => row.OutputShape[3])
        );
        Assert.Equal(
            [2, 2, 2, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 16, 16, 16, 8, 8, 8, 4, 4, 4, 2, 2, 2, 2],
            summary.Rows.Select(row => row.OutputShape[1])
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_network_computes_what_the_paper_draws(bool padded)
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new UNet(3, depth: 1, width: 4, padded: padded, seed: 1);
        Dictionary<string, Tensor> w = model.state_dict();
        Tensor images = rand(2, 1, 20, 24);

        Tensor across = Twice((images - 0.5) * 4, "encoder.0");
        Tensor low = Twice(nn.functional.max_pool2d(across, 2), "bottom");

        // The up-convolution by hand: each low pixel spreads over its own 2x2 block.
        Tensor up = zeros(2, 4, low.shape[2] * 2, low.shape[3] * 2);
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                up.slice(2, i, up.shape[2], 2)
                    .slice(3, j, up.shape[3], 2)
                    .copy_(einsum("nchw,cd->ndhw", low, w["ups.0.weight"][.., .., i, j]));
            }
        }

        up = up + w["ups.0.bias"].reshape(1, -1, 1, 1);
        long cut = (across.shape[2] - up.shape[2]) / 2;
        Tensor skipped = across.slice(2, cut, cut + up.shape[2], 1).slice(3, cut, cut + up.shape[3], 1);
        Tensor expected = nn.functional.conv2d(Twice(cat([skipped, up], 1), "decoder.0"), w["output.weight"], w["output.bias"]);

        Tensor logits = model.call(images);
        Assert.Equal(padded ? [2L, 3L, 20L, 24L] : [2L, 3L, 4L, 8L], logits.shape);
        Assert.True(allclose(expected, logits, 1e-4, 1e-5));
        Assert.Equal(expected.argmax(1).data<long>().ToArray(), model.Predict(images).data<long>().ToArray());

        Tensor Twice(Tensor x, string name)
        {
            long padding = padded ? 1 : 0;
            x = nn.functional.conv2d(x, w[name + ".conv1.weight"], w[name + ".conv1.bias"], padding: [padding, padding]).relu();
            return nn.functional.conv2d(x, w[name + ".conv2.weight"], w[name + ".conv2.bias"], padding: [padding, padding]).relu();
        }
    }

    [Fact]
    public void Without_skip_connections_fine_detail_cannot_pass_the_bottom()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor flat = full([1, 1, 16, 16], 0.5f);
        Tensor checkered = flat + (arange(16).reshape(-1, 1) + arange(16)).remainder(2) * 0.4;

        // Pooling takes the maximum of 2x2 blocks: cut off all encoder convolutions but an identity, and blocks of equal maximum look
        // alike.
        foreach (bool skip in new[] { true, false })
        {
            using var model = new UNet(2, depth: 1, width: 1, skipConnections: skip, seed: 2);
            using (no_grad())
            {
                Dictionary<string, Tensor> w = model.state_dict();
                foreach (string name in new[] { "encoder.0.conv1.weight", "encoder.0.conv2.weight" })
                {
                    w[name].zero_();
                    w[name][0, 0, 1, 1] = 1;
                }
            }

            Tensor brightest = full([1, 1, 16, 16], 0.9f);
            bool alike = allclose(model.call(checkered), model.call(brightest), 1e-4, 1e-5);
            Assert.Equal(!skip, alike);
        }
    }

    [Fact]
    public void He_weights_have_the_standard_deviation_of_the_paper_and_a_seed_fixes_them()
    {
        using var model = new UNet(3, depth: 2, width: 32, seed: 3);
        using var again = new UNet(3, depth: 2, width: 32, seed: 3);
        Dictionary<string, Tensor> state = model.state_dict(),
            same = again.state_dict();

        Assert.Equal(Math.Sqrt(2.0 / (9 * 64)), state["bottom.conv1.weight"].std().item<float>(), 0.002);
        Assert.Equal(Math.Sqrt(2.0 / 128), state["ups.0.weight"].std().item<float>(), 0.003);
        Assert.All(state, entry => Assert.True(entry.Value.Equals(same[entry.Key])));
    }

    [Fact]
    public void Sizes_and_numbers_that_do_not_fit_are_refused_in_one_sentence()
    {
        using var padded = new UNet(depth: 3);
        using var unpadded = new UNet(depth: 4, width: 1, padded: false);
        using Tensor images = zeros(1, 1, 60, 64),
            rgb = zeros(1, 3, 64, 64);

        Assert.StartsWith(
            "60 pixels cannot be halved 3 times without a rest by this U-Net; the next size that can is 64.",
            Message(() => padded.call(images)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "570 pixels cannot be halved 4 times without a rest by this U-Net; the next size that can is 572.",
            Message(() => unpadded.OutputSize(570)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "UNet takes grey images of shape [N, 1, H, W]; these have [1, 3, 64, 64].",
            Message(() => padded.call(rgb)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Pixels need at least two classes to choose from.",
            Message(() => new UNet(classes: 1)),
            StringComparison.Ordinal
        );
        Assert.StartsWith("The image is halved 1 to 6 times.", Message(() => new UNet(depth: 0)), StringComparison.Ordinal);

        static string Message(Func<object?> action) => Assert.ThrowsAny<ArgumentException>(action).Message;
    }

    [Fact]
    public void Saved_weights_paint_alike_in_a_fresh_network()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var model = new UNet(3, depth: 2, width: 4, seed: 1);
        using var fresh = new UNet(3, depth: 2, width: 4, seed: 2);
        using Tensor images = rand(2, 1, 32, 32);
        try
        {
            ModelWeights.Save(model, path);
            ModelWeights.Load(fresh, path);
            using Tensor expected = model.call(images),
                actual = fresh.call(images);
            Assert.True(expected.Equals(actual));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Predicting_leaves_no_tensors_behind()
    {
        using var model = new UNet(3, depth: 2, width: 4);
        using Tensor images = zeros(2, 1, 32, 32);
        model.Predict(images).Dispose();

        long before = TorchState.LiveTensors();
        model.Predict(images).Dispose();

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static string Approved([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "UNet.approved.txt");
}
