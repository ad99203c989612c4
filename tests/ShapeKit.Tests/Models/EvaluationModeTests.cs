using ShapeKit.Data;
using ShapeKit.Models;
using ShapeKit.Training;
using ShapeKit.Visualization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

public sealed class EvaluationModeTests
{
    [Fact]
    public void What_does_not_change_a_network_leaves_its_frozen_parts_frozen()
    {
        using DisposeScope scope = NewDisposeScope();
        BatchNorm2d frozen = nn.BatchNorm2d(2),
            free = nn.BatchNorm2d(2);
        Conv2d last = nn.Conv2d(2, 1, 28);
        Sequential inner = nn.Sequential(("frozen", frozen), ("free", free));
        Sequential network = nn.Sequential(("first", nn.Conv2d(1, 2, 1)), ("inner", inner), ("last", last), ("flat", nn.Flatten()));
        network.train();
        frozen.eval();
        using var data = new ImageDataset(rand(2, 1, 28, 28), tensor(new long[] { 0, 1 }), ["no", "yes"]);

        new Trainer(network).Predict(data);
        GradCam.Of(network, last, data.Images);
        ModelSummary.Of(network, 1, 1, 28, 28);

        Assert.False(frozen.training);
        Assert.True(network.training && inner.training && free.training && last.training);
    }
}
