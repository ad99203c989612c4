using System.CommandLine;
using ShapeKit.Cli.Kernels;

namespace ShapeKit.Cli.Commands;

/// <summary><c>shapekit kernel</c>: the Jupyter kernel.</summary>
internal static class KernelCommand
{
    public static Command Create()
    {
        var connectionFile = new Option<string>("--connection-file", "-f") { Required = true, Description = "What the front end wrote for the kernel.", HelpName = "FILE" };
        var run = new Command("run", "Runs the kernel for a front end.") { connectionFile };
        run.Hidden = true;
        run.SetAction(arguments => KernelHost.Run(arguments.GetValue(connectionFile)!));
        return new Command("kernel", "The C# kernel for VS Code and other Jupyter front ends.") { run };
    }
}
