using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

/// <summary>Small inputs with which members are tried.</summary>
internal static class Given
{
    public static readonly string[] TwoNames = ["no", "yes"];

    public static Random Random => new(1);

    public static CancellationToken Stopped => new(canceled: true);

    public static Vocabulary Vocabulary { get; } = new(ReportGrammar.Words);

    public static Finding Nodule { get; } = new(LungSide.Right, LungZone.Upper, 15, 0, 0);

    public static Tensor Images(int count = 2, int size = 28, int channels = 1) => rand(count, channels, size, size);

    public static Tensor NaN(params long[] shape) => full(shape, float.NaN);

    public static ImageDataset Dataset(int count = 4, int classes = 2, int channels = 1) =>
        new(
            Images(count, channels: channels),
            arange(count, dtype: int64).remainder(classes),
            [.. Enumerable.Range(0, classes).Select(c => $"class {c}")]
        );

    /// <summary>Two drawn shapes.</summary>
    public static ImageDataset Drawn(int pixels) => new ShapeGenerator(new ShapeGeneratorOptions { ImageSize = pixels }).Generate(2);

    public static ImageDataset OfNoClasses(int count = 2) => new(Images(count), zeros(count, 3, int64), ["a", "b", "c"]);

    public static T Disposed<T>(T value)
        where T : IDisposable
    {
        value.Dispose();
        return value;
    }

    public static PhantomDataset Phantoms(int count = 2, int size = 32) =>
        new PhantomGenerator(new PhantomGeneratorOptions { ImageSize = size }).Generate(count);

    public static CaptionModel CaptionModel(int maxLength = 25) => new(Vocabulary, width: 4, heads: 1, layers: 1, maxLength, seed: 1);

    public static ImageTextModel ImageTextModel() => new(Vocabulary, imageSize: 32, width: 4, dimensions: 2, seed: 1);

    public static UNet UNet() => new(3, depth: 1, width: 1, seed: 1);

    /// <summary>A network whose weights are no numbers any more.</summary>
    public static T Broken<T>(T network)
        where T : nn.Module
    {
        using IDisposable withoutGradients = no_grad();
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
        {
            parameter.fill_(float.NaN);
        }

        return network;
    }

    /// <summary>A network none of whose weights learns.</summary>
    public static T Frozen<T>(T network)
        where T : nn.Module
    {
        foreach (TorchSharp.Modules.Parameter parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        return network;
    }

    /// <summary>A network that gives something other than logits.</summary>
    public static nn.Module<Tensor, Tensor> Flattens() => nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 3));

    public static Caption Caption(string text = "no nodule .", double probability = 1) =>
        new(
            text,
            [
                .. Vocabulary
                    .Tokenize(text)
                    .Append("<end>")
                    .Select(word => new CaptionStep(
                        word,
                        probability,
                        [],
                        new float[,]
                        {
                            { 1 },
                        }
                    )),
            ]
        );

    /// <summary>Uses an empty folder, which is gone afterwards.</summary>
    public static void Folder(Action<string> use)
    {
        string folder = Directory.CreateTempSubdirectory("shapekit-").FullName;
        try
        {
            use(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Uses a folder that holds one file.</summary>
    public static void File(string name, string text, Action<string> use) =>
        Folder(folder =>
        {
            string path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            System.IO.File.WriteAllText(path, text);
            use(path);
        });

    /// <summary>A network without weights.</summary>
    public sealed class Gives(Func<Tensor, Tensor?> make) : nn.Module<Tensor, Tensor>(nameof(Gives))
    {
        public override Tensor forward(Tensor input) => make(input)!;
    }

    /// <summary>Learns, but gives no numbers once it is to be judged.</summary>
    public sealed class WrongWhenJudged : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Linear _dense = nn.Linear(28 * 28, 1);

        public WrongWhenJudged()
            : base(nameof(WrongWhenJudged)) => RegisterComponents();

        public override Tensor forward(Tensor input) => training ? _dense.call(input.flatten(1)) : NaN(input.shape[0], 1);
    }
}
