using System.CommandLine;
using ShapeKit.Cli.Running;

namespace ShapeKit.Cli.Commands;

/// <summary>The hidden command with which <c>run</c> starts itself again, once for every notebook.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        var command = new Command(WorkerHost.Command, "Runs the cells of one notebook for another shapekit process.") { Hidden = true };
        command.SetAction(_ => WorkerHost.Run());
        return command;
    }
}
