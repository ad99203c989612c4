using System.CommandLine;
using System.CommandLine.Help;
using ShapeKit.Cli;
using ShapeKit.Cli.Commands;

Console.OutputEncoding = System.Text.Encoding.UTF8;

// Not a RootCommand, which would take its name from the assembly.
var root = new Command("shapekit", "ShapeKit, a course on how an AI sees medical images: runs the chapters and checks the installation.")
{
    new HelpOption { Recursive = true },
    new VersionOption(),
    RunCommand.Create(),
    DoctorCommand.Create(),
    SessionCommand.Create(),
};

// Ctrl+C leaves time to write what was finished.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20), EnableDefaultExceptionHandler = false };
try
{
    return await root.Parse(args).InvokeAsync(configuration);
}
catch (CommandException e)
{
    Console.Error.WriteLine(e.Message);
    return CommandException.ExitCode;
}
