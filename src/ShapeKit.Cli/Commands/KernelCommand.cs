using System.CommandLine;
using ShapeKit.Cli.Jupyter;
using ShapeKit.Cli.Running;
using Spectre.Console;

namespace ShapeKit.Cli.Commands;

/// <summary><c>shapekit kernel</c>: installs the kernel that runs chapters inside VS Code and every other Jupyter front end.</summary>
internal static class KernelCommand
{
    private const string Next = """

        In VS Code:
          1. Install the extensions Jupyter and Jupyter Notebook Renderers. Is the window open already? Reload it.
          2. For completion, add to the settings (Ctrl+Shift+P, Open User Settings (JSON)):
               "jupyter.completionTriggerCharacters": { "csharp": ["."] }
          3. Open notebooks/en/01-convolution.ipynb and choose Run All; if asked for a kernel: Jupyter Kernel, C# (ShapeKit).
        """;

    public static Command Create() =>
        new("kernel", "Installs the kernel with which VS Code and other Jupyter front ends run the chapters.")
        {
            CreateInstall(),
            CreateList(),
            CreateUninstall(),
            CreateRun(),
        };

    private static Command CreateInstall()
    {
        var dev = new Option<bool>("--dev")
        {
            Description = "Register this build instead of installing a copy, to work on the kernel itself.",
        };
        var command = new Command(
            "install",
            "Builds the kernel and installs it for this user; takes a minute or two. An earlier one is replaced."
        )
        {
            dev,
        };
        command.SetAction(
            async (arguments, cancellationToken) =>
            {
                IAnsiConsole console = RunConsole.Create();
                try
                {
                    await (
                        arguments.GetValue(dev)
                            ? KernelInstallation.InstallBuildAsync(console, cancellationToken)
                            : KernelInstallation.InstallAsync(console, cancellationToken)
                    );
                }
                catch (OperationCanceledException)
                {
                    throw new CommandException("Stopped; what was installed before is as it was.");
                }

                console.WriteLine(Next);
            }
        );
        return command;
    }

    private static Command CreateList()
    {
        var command = new Command("list", "Shows the kernels that front ends find: ShapeKit's, and those beside it.");
        command.SetAction(_ => List(RunConsole.Create()));
        return command;
    }

    private static Command CreateUninstall()
    {
        var command = new Command("uninstall", "Removes the kernel; one that is running goes on.");
        command.SetAction((_, cancellationToken) => KernelInstallation.UninstallAsync(RunConsole.Create(), cancellationToken));
        return command;
    }

    /// <summary>The hidden command that front ends find in the kernelspec.</summary>
    private static Command CreateRun()
    {
        var connectionFile = new Option<string>("--connection-file", "-f")
        {
            Required = true,
            Description = "What the front end wrote for the kernel.",
            HelpName = "FILE",
        };
        var command = new Command("run", "Runs the kernel for a front end.") { connectionFile };
        command.Hidden = true;
        command.SetAction(arguments =>
        {
            using IDisposable? held = KernelProgram.Hold();
            return KernelHost.Run(arguments.GetValue(connectionFile)!);
        });
        return command;
    }

    private static void List(IAnsiConsole console)
    {
        IReadOnlyList<KernelSpec> all = KernelSpec.All();
        KernelSpec? own = all.FirstOrDefault(spec => spec.Name == KernelSpec.OwnName);
        if (own is null)
        {
            console.WriteLine(
                "No ShapeKit kernel is installed: run `dotnet run --project src/ShapeKit.Cli -- kernel install` in the clone."
            );
        }

        foreach (KernelSpec spec in all.OrderByDescending(spec => spec == own))
        {
            string kind =
                spec != own ? ""
                : spec.Sources is null ? $", {spec.Version}, a clone's build"
                : $", {spec.Version}, installed";
            console.WriteLine($"{spec.Name}: {spec.DisplayName}{kind}");
            console.WriteLine($"  kernelspec  {Path.GetDirectoryName(spec.Path)}");
            console.WriteLine($"  program     {spec.Program}{(spec.ProgramExists ? "" : ": gone, this kernel can't start")}");
        }

        if (own is not null && all.Count > 1)
        {
            console.WriteLine("VS Code asks which kernel to use while there is more than one: choose Jupyter Kernel, C# (ShapeKit).");
        }
    }
}
