using System.CommandLine;
using System.CommandLine.Help;
using ShapeKit.Cli;
using ShapeKit.Cli.Commands;

Cultures.Prepare();
Console.OutputEncoding = System.Text.Encoding.UTF8;

// Not a RootCommand, which would take its name from the assembly.
var root = new Command("shapekit", "ShapeKit, a course on how an AI sees medical images: runs the chapters and checks the installation.")
{
    new HelpOption { Recursive = true },
    new VersionOption(),
    RunCommand.Create(),
    ConvertCommand.Create(),
    CheckCommand.Create(),
    KernelCommand.Create(),
    DoctorCommand.Create(),
    WorkerCommand.Create(),
};

// Ctrl+C leaves time to write what was finished.
var configuration = new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
    EnableDefaultExceptionHandler = false,
};
try
{
    RequireFolder();
    return await root.Parse(args).InvokeAsync(configuration);
}
catch (CommandException e)
{
    Console.Error.WriteLine(e.Message);
    return CommandException.ExitCode;
}
catch (Exception e)
{
    // A mistake of this program; the first frame tells whoever mends it where to look.
    Console.Error.WriteLine(
        $"shapekit failed unexpectedly: {e.Message.ReplaceLineEndings(" ")} ({e.GetType().Name}, {e.StackTrace?.Split('\n')[0].Trim()})"
    );
    return CommandException.ExitCode;
}

// Even libtorch can't be loaded from a folder that is gone.
static void RequireFolder()
{
    try
    {
        _ = Environment.CurrentDirectory;
    }
    catch (IOException e)
    {
        throw new CommandException("The current folder does not exist any more: change to another one and try again.", e);
    }
}
