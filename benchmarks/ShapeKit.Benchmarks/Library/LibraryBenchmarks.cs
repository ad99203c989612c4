using BenchmarkDotNet.Attributes;
using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Operators;
using ShapeKit.Runtime;
using ShapeKit.Training;

namespace ShapeKit.Benchmarks.Library;

/// <summary>What a chapter asks of the library, as BenchmarkDotNet measures it: one thread.</summary>
public class LibraryBenchmarks : IDisposable
{
    private readonly ShapeGenerator generator = new(ShapeGeneratorOptions.Article);
    private ImageDataset data = null!;
    private ShapeCnn model = null!;
    private Trainer steps = null!;
    private float[,] image = null!;

    [GlobalSetup]
    public void Prepare()
    {
        Session.Start(threads: 1);
        data = generator.Generate(640);
        model = new ShapeCnn(seed: 1);
        steps = new Trainer(model, new() { Epochs = 1, ValidationFraction = 0 });
        image = data.Pixels(0);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        model.Dispose();
        data.Dispose();
    }

    [Benchmark(Description = "draw the article's 200 images")]
    public void Generate() => generator.Generate(200, threads: 1).Dispose();

    [Benchmark(Description = "convolve an image by hand, 28x28 with 3x3")]
    public float[,] Convolve() => Convolution.Apply(image, Operators.Kernels.VerticalEdge);

    [Benchmark(Description = "pool it by hand, 2x2")]
    public float[,] Pool() => Pooling.Max(image, 2);

#pragma warning disable CA1822 // BenchmarkDotNet measures methods of an instance.
    [Benchmark(Description = "make a new ShapeCnn")]
    public void Model() => new ShapeCnn().Dispose();
#pragma warning restore CA1822

    [Benchmark(Description = "a training step of 32 images", OperationsPerInvoke = 20)]
    public TrainingHistory Step() => steps.Fit(data);

    [Benchmark(Description = "the article's fit of 10 epochs, with its test")]
    public EvaluationResult Fit()
    {
        using ImageDataset rest = data.Slice(0, 160), test = data.Slice(160, 40);
        using var fresh = new ShapeCnn();
        var trainer = new Trainer(fresh);
        trainer.Fit(rest);
        return trainer.Evaluate(test);
    }

    [Benchmark(Description = "evaluate 640 images")]
    public EvaluationResult Evaluate() => steps.Evaluate(data);
}
