using System.Runtime.CompilerServices;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using ShapeKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

[Collection(nameof(TorchState))]
public sealed class ShapeCnnTests
{
    [Fact]
    public void The_state_dict_is_the_approved_one()
    {
        using var model = new ShapeCnn();
        Dictionary<string, Tensor> state = model.state_dict();
        IEnumerable<string> lines =
        [
            .. state.Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}] {entry.Value.dtype} {entry.Value.numel()}"),
            $"total {state.Values.Sum(tensor => tensor.numel())}",
        ];

        Assert.Equal(File.ReadAllText(Approved()), string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void Probabilities_are_the_sigmoid_of_the_logits()
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new ShapeCnn(seed: 1);
        Tensor images = rand(5, 1, 28, 28);

        float[] logits = model.call(images).data<float>().ToArray();
        Tensor probabilities = model.Predict(images);

        Assert.Equal([5L], probabilities.shape);
        Assert.False(probabilities.requires_grad);
        Assert.All(logits.Zip(probabilities.data<float>().ToArray()), pair =>
            Assert.Equal(1 / (1 + Math.Exp(-pair.First)), pair.Second, tolerance: 1e-6)
        );
    }

    [Fact]
    public void The_network_computes_what_its_layers_compute_one_after_the_other()
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new ShapeCnn(seed: 1);
        Tensor images = rand(3, 1, 28, 28);

        Assert.True(allclose(Textbook(model, images), model.call(images), 1e-5, 1e-6));
    }

    [Fact]
    public void Every_gradient_is_that_of_its_layers_one_after_the_other()
    {
        using DisposeScope scope = NewDisposeScope();
        using var model = new ShapeCnn(seed: 1);
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(32);
        (string Name, Tensor Weight)[] parameters =
        [
            .. model.named_parameters().Select(parameter => (parameter.name, (Tensor)parameter.parameter)),
        ];

        Tensor[] expected = Gradients(Textbook(model, data.Images)),
            found = Gradients(model.call(data.Images));

        Assert.All(parameters.Index(), parameter =>
        {
            double distance =
                (found[parameter.Index] - expected[parameter.Index]).norm().item<float>() / expected[parameter.Index].norm().item<float>();
            Assert.True(distance < 1e-4, $"The gradient of {parameter.Item.Name} is off by {distance} of its length.");
        });

        Tensor[] Gradients(Tensor logits)
        {
            Tensor loss = nn.functional.binary_cross_entropy_with_logits(logits.squeeze(1), data.Labels.to(ScalarType.Float32));
            return [.. autograd.grad([loss], [.. parameters.Select(parameter => parameter.Weight)])];
        }
    }

    [Fact]
    public void It_learns_epoch_by_epoch_what_a_plain_network_learns_with_TorchSharps_Adam()
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 5).Generate(200);
        using ImageDataset train = data.Slice(0, 160),
            test = data.Slice(160, 40);
        using var model = new ShapeCnn(seed: 1);
        using var plain = new ShapeCnn(seed: 1);
        using optim.Optimizer adam = optim.Adam(plain.parameters(), 1e-3);
        var batches = new Batches(train, 32, seed: 42);
        var expected = new List<double>();
        for (int epoch = 1; epoch <= 10; epoch++)
        {
            foreach (Batch batch in batches.Epoch(epoch))
            {
                using (batch)
                {
                    using DisposeScope scope = NewDisposeScope();
                    Tensor loss = nn.functional.binary_cross_entropy_with_logits(
                        Textbook(plain, batch.Images).squeeze(1),
                        batch.Labels.to(ScalarType.Float32)
                    );
                    adam.zero_grad();
                    loss.backward();
                    adam.step();
                }
            }

            using DisposeScope judging = NewDisposeScope();
            expected.Add(
                ((Textbook(plain, test.Images).squeeze(1) > 0) == (test.Labels == 1)).to(ScalarType.Float64).mean().item<double>()
            );
        }

        TrainingHistory history = new Trainer(
            model,
            new()
            {
                Epochs = 10,
                BatchSize = 32,
                LearningRate = 1e-3,
                Seed = 42,
            }
        ).Fit(train, test);

        Assert.True(expected[^1] > expected[0], "The plain network learns nothing, so the comparison says nothing.");
        Assert.Equal(expected, history.Epochs.Select(epoch => epoch.ValidationAccuracy!.Value).ToList(), (a, b) =>
            Math.Abs(a - b) <= 1.0 / test.Count
        );
    }

    [Fact]
    public void Glorot_weights_fill_their_range_and_biases_are_zero()
    {
        using var model = new ShapeCnn(WeightInitialization.GlorotUniform, seed: 3);
        Dictionary<string, Tensor> state = model.state_dict();

        AssertFills(state["conv1.weight"], Math.Sqrt(6.0 / (9 + (32 * 9))));
        AssertFills(state["conv2.weight"], Math.Sqrt(6.0 / ((32 * 9) + (64 * 9))));
        AssertFills(state["dense1.weight"], Math.Sqrt(6.0 / (1600 + 64)));
        AssertFills(state["dense2.weight"], Math.Sqrt(6.0 / (64 + 1)));
        Assert.All(state.Where(entry => entry.Key.EndsWith("bias", StringComparison.Ordinal)), entry =>
            Assert.Equal(0, entry.Value.abs().max().item<float>())
        );
    }

    [Fact]
    public void PyTorch_weights_and_biases_fill_their_range()
    {
        using var model = new ShapeCnn(WeightInitialization.PyTorchDefault, seed: 3);
        Dictionary<string, Tensor> state = model.state_dict();

        AssertFills(state["conv1.weight"], 1 / Math.Sqrt(9));
        AssertFills(state["conv2.weight"], 1 / Math.Sqrt(32 * 9));
        AssertFills(state["dense1.weight"], 1 / Math.Sqrt(1600));
        AssertFills(state["conv2.bias"], 1 / Math.Sqrt(32 * 9));
    }

    [Theory]
    [InlineData(WeightInitialization.GlorotUniform)]
    [InlineData(WeightInitialization.PyTorchDefault)]
    public void A_seed_fixes_every_weight(WeightInitialization initialization)
    {
        using var first = new ShapeCnn(initialization, seed: 5);
        using var again = new ShapeCnn(initialization, seed: 5);
        using var other = new ShapeCnn(initialization, seed: 6);

        Assert.Equal(Numbers(first), Numbers(again));
        Assert.NotEqual(Numbers(first), Numbers(other));
    }

    [Fact]
    public void Without_a_seed_the_session_fixes_every_weight()
    {
        Session.Start(seed: 5);
        using var first = new ShapeCnn();
        using var second = new ShapeCnn();
        Session.Start(seed: 5);
        using var again = new ShapeCnn();

        Assert.Equal(Numbers(first), Numbers(again));
        Assert.NotEqual(Numbers(first), Numbers(second));
    }

    [Fact]
    public void Images_of_another_size_are_refused_in_one_sentence()
    {
        using var model = new ShapeCnn();
        using Tensor images = zeros(2, 3, 32, 32);

        Assert.StartsWith(
            "ShapeCnn takes images of shape [N, 1, 28, 28]; these have [2, 3, 32, 32].",
            Assert.Throws<ArgumentException>(() => model.Predict(images)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Predicting_leaves_no_tensors_behind()
    {
        using var model = new ShapeCnn();
        using Tensor images = zeros(2, 1, 28, 28);
        model.Predict(images).Dispose();

        long before = TorchState.LiveTensors();
        model.Predict(images).Dispose();

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static Tensor Textbook(ShapeCnn model, Tensor images)
    {
        Dictionary<string, Tensor> w = model
            .named_parameters()
            .ToDictionary(parameter => parameter.name, parameter => (Tensor)parameter.parameter);
        Tensor x = nn.functional.max_pool2d(nn.functional.conv2d(images, w["conv1.weight"], w["conv1.bias"]).relu(), 2);
        x = nn.functional.max_pool2d(nn.functional.conv2d(x, w["conv2.weight"], w["conv2.bias"]).relu(), 2);
        x = x.flatten(1).matmul(w["dense1.weight"].t()).add(w["dense1.bias"]).relu();
        return x.matmul(w["dense2.weight"].t()).add(w["dense2.bias"]);
    }

    private static void AssertFills(Tensor tensor, double limit)
    {
        Assert.InRange(tensor.max().item<float>(), 0.9 * limit, limit);
        Assert.InRange(tensor.min().item<float>(), -limit, -0.9 * limit);
    }

    private static float[] Numbers(ShapeCnn model) => [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    private static string Approved([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "ShapeCnn.approved.txt");

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int64)]
    public void Images_of_other_numbers_than_the_networks_are_refused_by_every_model(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor small = zeros(1, 1, 28, 28, type),
            large = zeros(1, 1, 64, 64, type);
        Vocabulary words = new(["no", "nodule"]);
        Action[] uses =
        [
            () => new ShapeCnn().forward(small),
            () => new UNet().forward(large),
            () => new ImageEncoder(8).forward(large),
            () => new ImageTextModel(words).EncodeImages(large),
            () => new CaptionModel(words).Encode(large),
        ];

        Assert.All(uses, use =>
            Assert.StartsWith(
                $"The numbers are {type} and the network's Float32; convert them with .to(ScalarType.Float32).",
                Assert.Throws<ArgumentException>(use).Message,
                StringComparison.Ordinal
            )
        );
    }
}
