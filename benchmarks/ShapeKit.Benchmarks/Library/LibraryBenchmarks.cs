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
    private readonly ShapeGenerator _generator = new(ShapeGeneratorOptions.Article);
    private ImageDataset _data = null!;
    private ShapeCnn _model = null!;
    private Trainer _steps = null!;
    private float[,] _image = null!;

    [GlobalSetup]
    public void Prepare()
    {
        Session.Start(threads: 1);
        _data = _generator.Generate(640);
        _model = new ShapeCnn(seed: 1);
        _steps = new Trainer(_model, new() { Epochs = 1, ValidationFraction = 0 });
        _image = _data.Pixels(0);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _model.Dispose();
        _data.Dispose();
    }

    [Benchmark(Description = "draw the article's 200 images")]
    public void Generate() => _generator.Generate(200, threads: 1).Dispose();

    [Benchmark(Description = "convolve an image by hand, 28x28 with 3x3")]
    public float[,] Convolve() => Convolution.Apply(_image, Operators.Kernels.VerticalEdge);

    [Benchmark(Description = "pool it by hand, 2x2")]
    public float[,] Pool() => Pooling.Max(_image, 2);

#pragma warning disable CA1822 // BenchmarkDotNet measures methods of an instance.
    [Benchmark(Description = "make a new ShapeCnn")]
    public void Model() => new ShapeCnn().Dispose();
#pragma warning restore CA1822

    [Benchmark(Description = "a training step of 32 images", OperationsPerInvoke = 20)]
    public TrainingHistory Step() => _steps.Fit(_data);

    [Benchmark(Description = "the article's fit of 10 epochs, with its test")]
    public EvaluationResult Fit()
    {
        using ImageDataset rest = _data.Slice(0, 160),
            test = _data.Slice(160, 40);
        using var fresh = new ShapeCnn();
        var trainer = new Trainer(fresh);
        trainer.Fit(rest);
        return trainer.Evaluate(test);
    }

    [Benchmark(Description = "evaluate 640 images")]
    public EvaluationResult Evaluate() => _steps.Evaluate(_data);
}
