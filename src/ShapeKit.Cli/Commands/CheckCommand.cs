using System.CommandLine;
using System.Globalization;
using ShapeKit.Cli.Running;
using ShapeKit.Runtime;
using Spectre.Console;

namespace ShapeKit.Cli.Commands;

/// <summary><c>shapekit check</c>: whether what the chapters' texts claim holds however the machine computes.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Notebooks, or folders with notebooks; without any, all English chapters.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var threads = new Option<int[]>("--threads")
        {
            Description = "Numbers of threads to compute with, each in a run of its own.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1, 2, 4],
        };
        var convolutions = new Option<string[]>("--convolutions")
        {
            Description = "Ways to compute convolutions, each with each number of threads.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [ConvolutionWay.Fast, ConvolutionWay.Plain],
        };
        convolutions.AcceptOnlyFromAmong(ConvolutionWay.Fast, ConvolutionWay.Mended, ConvolutionWay.Plain);
        threads.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>()?.Any(count => count < 1) == true)
            {
                result.AddError("--threads must be 1 or more.");
            }
        });

        var command = new Command(
            "check",
            "Runs the chapters with several numbers of threads and ways to compute convolutions, and says which of their texts' claims "
                + "do not hold."
        )
        {
            paths,
            threads,
            convolutions,
        };
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.Run(() =>
                    RunAsync(
                        arguments.GetValue(paths) ?? [],
                        arguments.GetValue(threads)!,
                        arguments.GetValue(convolutions)!,
                        cancellationToken
                    )
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, int[] threads, string[] convolutions, CancellationToken cancellationToken)
    {
        int runs = 0,
            held = 0,
            worst = 0;
        foreach (string way in convolutions)
        {
            foreach (int count in threads)
            {
                RunConsole.Create().MarkupLineInterpolated($"[bold]Convolutions {way}, {NotebookRun.Count(count, "thread")}[/]");
                int exitCode = await NotebookRun.RunAsync(
                    new RunRequest(paths, Output: null, Math.Max(1, Environment.ProcessorCount / count))
                    {
                        Name = string.Create(CultureInfo.InvariantCulture, $"check/{way}-{count}"),
                        Claims = true,
                        Environment = new Dictionary<string, string>
                        {
                            [ConvolutionWay.Variable] = way,
                            ["OMP_NUM_THREADS"] = count.ToString(CultureInfo.InvariantCulture),
                        },
                    },
                    cancellationToken
                );
                runs++;
                held += exitCode == 0 ? 1 : 0;
                worst = Math.Max(worst, exitCode);
                if (cancellationToken.IsCancellationRequested)
                {
                    return worst;
                }
            }
        }

        RunConsole.Create().MarkupLineInterpolated($"Every claim held in [bold]{held} of {NotebookRun.Count(runs, "run")}[/].");
        return worst;
    }
}
