using System.Runtime.CompilerServices;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Runtime;
using ShapeKit.Training;

namespace ShapeKit.Benchmarks.Contests;

/// <summary>ShapeKit and other people's tools, as entries of a contest.</summary>
internal static class Peers
{
    public static Entry ShapeKit(string label, params string[] arguments) =>
        new(label, [Environment.ProcessPath!, "contestant", .. arguments], new Dictionary<string, string>());

    public static Entry Python(string label, string script, string? libraries, int threads, params string[] arguments) =>
        new(
            label,
            [File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", Script(script), .. arguments],
            new Dictionary<string, string>
            {
                ["OMP_NUM_THREADS"] = $"{threads}",
                ["OPENBLAS_NUM_THREADS"] = $"{threads}",
                ["LD_LIBRARY_PATH"] = libraries ?? "",
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            }
        );

    public static Entry Node(string label, string script, double share, params string[] arguments) =>
        new(label, ["node", Script(script), .. arguments], new Dictionary<string, string>(), share);

    /// <summary>Does ShapeKit's part of a contest: <c>contestant drawing THREADS</c> or <c>contestant training THREADS</c>.</summary>
    public static void Serve(string contest, int threads)
    {
        SessionInfo session = Session.Start(threads: threads);
        if (contest == "drawing")
        {
            ServeDrawing(threads);
        }
        else
        {
            ServeTraining(session);
        }
    }

    private static void ServeDrawing(int threads)
    {
        Action<int> Draw(ShapeGeneratorOptions options) =>
            count =>
            {
                using ImageDataset data = new ShapeGenerator(options).Generate(count, threads);
            };
        Contestant.Serve(
            "ShapeKit",
            new Dictionary<string, Action<int>>
            {
                ["images"] = count =>
                {
                    for (int start = 0; start < count; start += 200)
                    {
                        Draw(ShapeGeneratorOptions.Article)(200);
                    }
                },
                ["smooth"] = Draw(ShapeGeneratorOptions.ArticleWithoutMargins),
                ["plain"] = Draw(ShapeGeneratorOptions.ArticleWithoutMargins with { AntiAlias = false }),
                ["phantoms"] = count => new PhantomGenerator(new()).Generate(count, threads).Dispose(),
            }
        );
    }

    private static void ServeTraining(SessionInfo session)
    {
        using ImageDataset data = new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(640);
        using ImageDataset article = data.Slice(0, 200),
            rest = data.Slice(0, 160),
            test = data.Slice(160, 40);
        using var trained = new ShapeCnn(seed: 1);
        Contestant.Serve(
            $"{string.Join(", ", session.Versions.Take(4).Select(version => $"{version.Key} {version.Value}"))}",
            new Dictionary<string, Action<int>>
            {
                ["steps"] = count => new Trainer(trained, new() { Epochs = count / 20, ValidationFraction = 0 }).Fit(data),
                ["fit"] = count =>
                {
                    for (int i = 0; i < count; i++)
                    {
                        using var model = new ShapeCnn();
                        var trainer = new Trainer(model);
                        trainer.Fit(rest);
                        trainer.Evaluate(test);
                    }
                },
                ["predict"] = count =>
                {
                    for (int start = 0; start < count; start += 640)
                    {
                        new Trainer(trained).Predict(data);
                    }
                },
            }
        );
    }

    private static string Script(string name, [CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "peers", name));
}
