using System.CommandLine;
using ShapeKit.Cli.Running;
using ShapeKit.Kernel.Documents;

namespace ShapeKit.Cli.Commands;

/// <summary><c>shapekit convert</c>: makes a Jupyter notebook of a .dib file, or the reverse.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "The file to read, .dib or .ipynb." };
        var target = new Argument<string>("target") { Description = "The file to write, .ipynb or .dib; it must not exist." };
        var command = new Command(
            "convert",
            "Makes a Jupyter notebook of a .dib file of Polyglot Notebooks, or the reverse: texts and languages go over, outputs stay."
        )
        {
            source,
            target,
        };
        command.SetAction(arguments => Convert(arguments.GetValue(source)!, arguments.GetValue(target)!));
        return command;
    }

    private static int Convert(string source, string target)
    {
        bool toDib = IsDib(target);
        if (IsDib(source) == toDib)
        {
            throw new CommandException($"{source} and {target} are of one kind: one name must end in .dib and the other in .ipynb.");
        }

        if (!File.Exists(source))
        {
            throw new CommandException($"There is no file {source}: check the path.");
        }

        if (Path.Exists(target))
        {
            throw new CommandException($"{target} exists already: delete it, or name another file.");
        }

        NotebookDocument document = RunPlan.Read(source);
        try
        {
            AtomicFile.Write(target, toDib ? DibFile.Write(document) : document.ToUtf8());
        }
        catch (NotebookFormatException e)
        {
            throw new CommandException($"{source} can't be written as .dib: {(e.Cell is { } cell ? $"cell {cell}: " : "")}{e.Problem}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{target} can't be written: {e.Message}", e);
        }

        return 0;
    }

    private static bool IsDib(string path) =>
        Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".DIB" => true,
            ".IPYNB" => false,
            _ => throw new CommandException($"{path} is neither a .dib file nor a notebook: its name ends in neither .dib nor .ipynb."),
        };
}
