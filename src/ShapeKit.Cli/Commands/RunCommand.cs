using System.CommandLine;
using System.CommandLine.Parsing;
using ShapeKit.Cli.Running;

namespace ShapeKit.Cli.Commands;

/// <summary><c>shapekit run</c>: runs notebooks and leaves executed copies, pages and a summary.</summary>
internal static class RunCommand
{
    private static readonly Argument<string[]> Paths = new("paths")
    {
        Description = "Notebooks (.ipynb, .dib), or folders with notebooks; without any, all English chapters in order.",
        Arity = ArgumentArity.ZeroOrMore,
        Validators = { RefuseUnknownOptions },
    };
    private static readonly Option<string?> Output = new("--output", "-o")
    {
        Description = "The folder for executed copies, pages and summary.json. [default: artifacts/run]",
        HelpName = "FOLDER",
    };
    private static readonly Option<int?> Parallel = new("--parallel", "-p")
    {
        Description =
            "How many notebooks run at the same time, sharing the processors. [default: one for each processor, at most 4; 1 with "
            + "--stop-on-error]",
        HelpName = "N",
        Validators = { RequireOneOrMore },
    };
    private static readonly Option<double?> Timeout = new("--timeout", "-t")
    {
        Description = "The longest a cell may run; it is interrupted then. [default: no limit]",
        HelpName = "SECONDS",
        Validators = { RequireSeconds },
    };
    private static readonly Option<bool> StopOnError = new("--stop-on-error")
    {
        Description = "Begin no other notebook after the first cell that fails.",
    };
    private static readonly Option<bool> KeepGoing = new("--keep-going", "-k")
    {
        Description =
            "Run the cells after one that failed, too. [default: a notebook ends at its first failed cell, unless that is tagged "
            + "\"raises-exception\"]",
    };
    private static readonly Option<string[]> Parameters = new("--parameter")
    {
        Description = "A value for a variable of the cell tagged \"parameters\"; can be given several times.",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<bool> Quick = new("--quick", "-q")
    {
        Description =
            "Run in a fraction of the time: sets the parameter quick to true where a notebook declares it. What is measured then "
            + "says little.",
    };
    private static readonly Option<bool> Claims = new("--claims")
    {
        Description =
            "Check what the texts claim of the results above them, too: comments <!-- claim: accuracy > 0.9 --> in Markdown cells.",
    };

    public static Command Create()
    {
        var command = new Command("run", "Runs notebooks, each in a fresh process, and writes executed copies, pages and a summary.")
        {
            Paths,
            Output,
            Parallel,
            Timeout,
            StopOnError,
            KeepGoing,
            Parameters,
            Quick,
            Claims,
        };
        // On another thread, so that Ctrl+C is heard even while a file can't be read or written.
        command.SetAction((arguments, cancellationToken) => Task.Run(() => NotebookRun.RunAsync(Requested(arguments), cancellationToken)));
        return command;
    }

    private static RunRequest Requested(ParseResult arguments) =>
        new(
            arguments.GetValue(Paths) ?? [],
            arguments.GetValue(Output),
            arguments.GetValue(Parallel) ?? (arguments.GetValue(StopOnError) ? 1 : Math.Min(Environment.ProcessorCount, 4))
        )
        {
            Timeout = arguments.GetValue(Timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            StopOnError = arguments.GetValue(StopOnError),
            KeepGoing = arguments.GetValue(KeepGoing),
            Parameters = arguments.GetValue(Parameters) ?? [],
            Quick = arguments.GetValue(Quick),
            Claims = arguments.GetValue(Claims),
        };

    private static void RefuseUnknownOptions(ArgumentResult result)
    {
        foreach (string unknown in result.Tokens.Select(token => token.Value).Where(value => value.StartsWith('-') && !Path.Exists(value)))
        {
            result.AddError($"There is no option {unknown}; `shapekit run --help` lists them.");
        }
    }

    private static void RequireOneOrMore(OptionResult result)
    {
        if (result.GetValueOrDefault<int?>() < 1)
        {
            result.AddError("--parallel must be 1 or more.");
        }
    }

    private static void RequireSeconds(OptionResult result)
    {
        if (result.GetValueOrDefault<double?>() is not (null or (> 0 and <= 1_000_000)))
        {
            result.AddError("--timeout must be a number of seconds above 0, at most 1000000.");
        }
    }
}
