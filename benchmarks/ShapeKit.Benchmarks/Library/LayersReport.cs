using System.Diagnostics;
using System.Globalization;
using System.Text;
using ShapeKit.Models;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Benchmarks.Library;

/// <summary>How near each layer of <see cref="ShapeCnn"/> comes to what the processor can do: the rate of a large matrix product.</summary>
internal static class LayersReport
{
    private const int Batch = 32;

    public static string Run(int rounds)
    {
        string load = Machine.Load;
        Session.Start(threads: 1);
        using DisposeScope scope = NewDisposeScope();
        using var model = new ShapeCnn(seed: 1);
        List<Work> works = Works(model);
        List<double>[] times = Times(works, rounds);
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- layers`, one thread, {Batch} images, on "
                + $"{Machine.Description}, load {load} before and {Machine.Load} after."
        );
        text.AppendLine();
        text.AppendLine(
            "The share of the peak is taken within each round. Pooling, which only compares, has no share: it is time that no product "
                + "is computed in."
        );
        text.AppendLine();
        text.AppendLine(Measurement.TableHead);
        foreach ((int i, Work work) in works.Index())
        {
            text.AppendLine(new Measurement(work.Name, "ms", null, times[i]).TableRow);
            if (i > 0 && work.Operations > 0)
            {
                text.AppendLine(
                    new Measurement(
                        "its share of the peak",
                        "%",
                        null,
                        [.. times[i].Zip(times[0], (time, peak) => 100 * (work.Operations / time) / (works[0].Operations / peak))]
                    ).TableRow
                );
            }
        }

        return text.ToString();
    }

    private static List<Work> Works(ShapeCnn model)
    {
        var layers = model.named_children().ToDictionary(child => child.name, child => (nn.Module<Tensor, Tensor>)child.module);
        Tensor square = rand(1024, 1024);
        var works = new List<Work>
        {
            new("matrix product 1024 x 1024 x 1024, the peak", 2.0 * 1024 * 1024 * 1024, () => square.matmul(square)),
        };

        // Multiplications and additions of a forward pass; a backward pass has twice as many, and the first layer's half of that.
        Layer("conv1", "first convolution", ChannelsLast(28, 1), 2.0 * Batch * 26 * 26 * 32 * 9, ofInput: false);
        Layer("conv2", "second convolution", ChannelsLast(13, 32), 2.0 * Batch * 11 * 11 * 64 * 288);
        Layer("dense1", "first dense layer", rand(Batch, 1600), 2.0 * Batch * 1600 * 64);
        Layer("pool1", "first pooling", ChannelsLast(26, 32), 0);
        Layer("pool2", "second pooling", ChannelsLast(11, 64), 0);

        // The whole step, forward and backward, without the optimiser.
        Tensor images = rand(Batch, 1, 28, 28);
        double all = (2 * 2.0 * Batch * 26 * 26 * 32 * 9) + (3 * 2.0 * Batch * ((11 * 11 * 64 * 288) + (1600 * 64)));
        works.Add(new("all of them, forward and backward", all, () => model.call(images).sum().backward()));
        return works;

        void Layer(string field, string name, Tensor input, double operations, bool ofInput = true)
        {
            input.requires_grad_(ofInput);
            nn.Module<Tensor, Tensor> layer = layers[field];
            Tensor slopes = rand_like(layer.call(input).detach());
            works.Add(new($"{name}, forward", operations, () =>
                {
                    using IDisposable withoutGradients = no_grad();
                    layer.call(input);
                }));
            works.Add(new($"{name}, forward and backward", (ofInput ? 3 : 2) * operations, () => layer.call(input).backward([slopes])));
        }
    }

    private static List<double>[] Times(List<Work> works, int rounds)
    {
        List<double>[] times = [.. works.Select(_ => new List<double>())];
        for (int round = -2; round < rounds; round++)
        {
            foreach ((int i, Work work) in works.Index())
            {
                const int repeats = 20;
                long start = Stopwatch.GetTimestamp();
                for (int repeat = 0; repeat < repeats; repeat++)
                {
                    using DisposeScope inner = NewDisposeScope();
                    work.Do();
                }

                if (round >= 0)
                {
                    times[i].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds / repeats);
                }
            }
        }

        return times;
    }

    private static Tensor ChannelsLast(int side, int channels) => rand(Batch, side, side, channels).permute(0, 3, 1, 2);

    /// <summary>What is timed, and how many multiplications and additions it takes.</summary>
    private sealed record Work(string Name, double Operations, Action Do);
}
