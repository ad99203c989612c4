using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
public sealed class FusedAdamTests : IDisposable
{
    private readonly ImageDataset _data = new ShapeGenerator(ShapeGeneratorOptions.Article, 1).Generate(32);

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(0, 0.999, false)]
    [InlineData(0.05, 0.99, false)]
    [InlineData(0.05, 0.999, true)]
    public void Its_steps_are_TorchSharps(double weightDecay, double beta2, bool oneCycle)
    {
        using ShapeCnn fused = Trained(model => FusedAdam.For(model.parameters(), 3e-3, beta2, weightDecay));
        using ShapeCnn plain = Trained(model =>
            weightDecay == 0
                ? optim.Adam(model.parameters(), 3e-3, beta2: beta2)
                : optim.AdamW(model.parameters(), 3e-3, beta2: beta2, weight_decay: weightDecay)
        );

        Assert.All(fused.parameters().Zip(plain.parameters()), pair => Assert.True(allclose(pair.First, pair.Second, 1e-3, 1e-4)));

        ShapeCnn Trained(Func<ShapeCnn, optim.Optimizer> optimizerFor)
        {
            var model = new ShapeCnn(seed: 2);
            using DisposeScope scope = NewDisposeScope();
            using optim.Optimizer optimizer = optimizerFor(model);
            optim.lr_scheduler.LRScheduler? schedule = oneCycle ? optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps: 12) : null;
            for (int i = 0; i < 12; i++)
            {
                Tensor loss = nn.functional.binary_cross_entropy_with_logits(
                    model.call(_data.Images).squeeze(1),
                    _data.Labels.to(ScalarType.Float32)
                );
                optimizer.zero_grad();
                loss.backward();
                optimizer.step();
                schedule?.step();
            }

            return model;
        }
    }

    [Fact]
    public void Parameters_of_another_kind_are_left_to_TorchSharp()
    {
        using var model = new ShapeCnn();
        using optim.Optimizer single = FusedAdam.For(model.parameters(), 1e-3);
        model.to(ScalarType.Float64);
        using optim.Optimizer other = FusedAdam.For(model.parameters(), 1e-3);

        Assert.IsType<FusedAdam>(single);
        Assert.IsType<TorchSharp.Modules.Adam>(other);
    }
}
