using CsCheck;
using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Runtime;

/// <summary>What the course computes with, beside float64, for whatever sizes a network may have.</summary>
public sealed class ArithmeticTests
{
    private static readonly Gen<Arithmetic.Operation> Convolutions =
        from images in Gen.Int[1, 9]
        from channelsIn in Gen.Int[1, 70]
        from channelsOut in Gen.Int[1, 70]
        from kernel in Gen.OneOf(Gen.Const(1), Gen.Const(2), Gen.Const(3), Gen.Const(5))
        from stride in Gen.Int[1, 2]
        from padding in Gen.Int[0, 2]
        from dilation in Gen.Int[1, 2]
        from height in Gen.Int[9, 20]
        from width in Gen.Int[9, 20]
        select new Arithmetic.Operation(
            "convolution",
            $"{images} of {channelsIn} to {channelsOut} channels, {height} x {width}, kernel {kernel}, stride {stride}, padding "
                + $"{padding}, dilation {dilation}",
            [
                [images, channelsIn, height, width],
                [channelsOut, channelsIn, kernel, kernel],
                [channelsOut],
            ],
            t =>
                nn.functional.conv2d(
                    t[0],
                    t[1],
                    t[2],
                    strides: [stride, stride],
                    padding: [padding, padding],
                    dilation: [dilation, dilation]
                )
        );

    private static readonly Gen<Arithmetic.Operation> TransposedConvolutions =
        from images in Gen.Int[1, 9]
        from channelsIn in Gen.Int[1, 70]
        from channelsOut in Gen.Int[1, 70]
        from side in Gen.Int[1, 12]
        select new Arithmetic.Operation(
            "transposed convolution",
            $"{images} of {channelsIn} to {channelsOut} channels, {side} x {side}",
            [
                [images, channelsIn, side, side],
                [channelsIn, channelsOut, 2, 2],
                [channelsOut],
            ],
            t => nn.functional.conv_transpose2d(t[0], t[1], t[2], strides: [2, 2])
        );

    [Fact]
    public void Convolutions_and_their_gradients_are_right_for_any_channels_stride_padding_and_dilation() =>
        Convolutions.Sample(AssertRight, iter: 150);

    [Fact]
    public void Transposed_convolutions_and_their_gradients_are_right_for_any_channels() =>
        TransposedConvolutions.Sample(AssertRight, iter: 60);

    [Fact]
    public void The_shape_network_computes_right_however_many_images_it_is_given() =>
        Gen.Int[1, 40].Sample(images => AssertRight(new ShapeCnn(), [images, 1, 28, 28]), iter: 8);

    [Fact]
    public void A_U_Net_of_any_width_computes_right() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[1, 3], Gen.Bool)
            .Sample(
                (width, depth, skips) => AssertRight(new UNet(3, depth, width, skipConnections: skips, seed: 1), [3, 1, 40, 40]),
                iter: 12
            );

    [Fact]
    public void An_image_encoder_of_any_width_computes_right() =>
        Gen.Int[1, 18].Sample(quarter => AssertRight(new ImageEncoder(4 * quarter), [5, 1, 32, 32]), iter: 12);

    private static void AssertRight(Arithmetic.Operation operation)
    {
        Arithmetic.Comparison comparison = Arithmetic.Compare(operation, operation.Compute);
        Assert.True(comparison.IsRight, $"{operation.Case}: {comparison.Error}");
    }

    /// <summary>Compares a network's output and the gradients of all its weights with those of the same network in float64.</summary>
    private static void AssertRight(nn.Module<Tensor, Tensor> network, long[] images)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(7);
        Tensor input = rand(images, generator: generator);
        network.train();
        Tensor[] Results(ScalarType type)
        {
            network.to(type);
            network.zero_grad();
            UsedMemory.LeaveNaN();
            Tensor output = network.call(input.to(type));
            generator.manual_seed(8);
            output.backward([randn(output.shape, generator: generator).to(type)]);
            return
            [
                output.detach().to(ScalarType.Float64),
                .. network.parameters().Select(parameter => parameter.grad!.to(ScalarType.Float64, copy: true)),
            ];
        }

        // Where two values are nearly equal, float32 may take the other one for the largest, or the other side of zero: a few gradients
        // then differ, the whole hardly.
        foreach ((Tensor single, Tensor exact) in Results(ScalarType.Float32).Zip(Results(ScalarType.Float64)))
        {
            double difference = (single - exact).norm().ToDouble(),
                size = exact.norm().ToDouble();
            Assert.True(
                difference <= (5e-2 * size) + 1e-3,
                $"{network.GetName()}, [{string.Join(", ", exact.shape)}]: {difference} beside {size}"
            );
        }

        network.Dispose();
    }
}
