using System.CommandLine;
using ShapeKit.Cli.Running;

namespace ShapeKit.Cli.Commands;

/// <summary><c>shapekit run</c>: runs notebooks and leaves executed copies, pages and a summary.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Notebooks, or folders with notebooks; without any, all English chapters in order.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The folder for executed copies, pages and summary.json. [default: artifacts/run]",
            HelpName = "FOLDER",
        };
        var parallel = new Option<int?>("--parallel", "-p")
        {
            Description =
                "How many notebooks run at the same time, sharing the processors. [default: one for each processor, at most 4; 1 with "
                + "--stop-on-error]",
            HelpName = "N",
        };
        var timeout = new Option<double?>("--timeout", "-t")
        {
            Description = "The longest a cell may run; it is interrupted then. [default: no limit]",
            HelpName = "SECONDS",
        };
        var stopOnError = new Option<bool>("--stop-on-error") { Description = "Begin no other notebook after the first cell that fails." };
        var keepGoing = new Option<bool>("--keep-going", "-k")
        {
            Description =
                "Run the cells after one that failed, too. [default: a notebook ends at its first failed cell, unless that is tagged "
                + "\"raises-exception\"]",
        };
        var parameters = new Option<string[]>("--parameter")
        {
            Description = "A value for a variable of the cell tagged \"parameters\"; can be given several times.",
            HelpName = "NAME=VALUE",
            DefaultValueFactory = _ => [],
        };
        var quick = new Option<bool>("--quick", "-q")
        {
            Description =
                "Run in a fraction of the time: sets the parameter quick to true where a notebook declares it. What is measured then "
                + "says little.",
        };
        var claims = new Option<bool>("--claims")
        {
            Description =
                "Check what the texts claim of the results above them, too: comments <!-- claim: accuracy > 0.9 --> in Markdown cells.",
        };
        Validate(paths, parallel, timeout);

        var command = new Command("run", "Runs notebooks, each in a fresh process, and writes executed copies, pages and a summary.")
        {
            paths,
            output,
            parallel,
            timeout,
            stopOnError,
            keepGoing,
            parameters,
            quick,
            claims,
        };
        // On another thread, so that Ctrl+C is heard even while a file can't be read or written.
        command.SetAction(
            (arguments, cancellationToken) =>
                Task.Run(() =>
                    NotebookRun.RunAsync(
                        new RunRequest(
                            arguments.GetValue(paths) ?? [],
                            arguments.GetValue(output),
                            arguments.GetValue(parallel) ?? (arguments.GetValue(stopOnError) ? 1 : Math.Min(Environment.ProcessorCount, 4))
                        )
                        {
                            Timeout = arguments.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
                            StopOnError = arguments.GetValue(stopOnError),
                            KeepGoing = arguments.GetValue(keepGoing),
                            Parameters = arguments.GetValue(parameters) ?? [],
                            Quick = arguments.GetValue(quick),
                            Claims = arguments.GetValue(claims),
                        },
                        cancellationToken
                    )
                )
        );
        return command;
    }

    private static void Validate(Argument<string[]> paths, Option<int?> parallel, Option<double?> timeout)
    {
        paths.Validators.Add(result =>
        {
            foreach (
                string unknown in result.Tokens.Select(token => token.Value).Where(value => value.StartsWith('-') && !Path.Exists(value))
            )
            {
                result.AddError($"There is no option {unknown}; `shapekit run --help` lists them.");
            }
        });
        parallel.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--parallel must be 1 or more.");
            }
        });
        timeout.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or (> 0 and <= 1_000_000)))
            {
                result.AddError("--timeout must be a number of seconds above 0, at most 1000000.");
            }
        });
    }
}
