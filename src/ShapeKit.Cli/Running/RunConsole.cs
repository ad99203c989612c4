using Spectre.Console;

namespace ShapeKit.Cli.Running;

/// <summary>The console a run reports to.</summary>
internal static class RunConsole
{
    private const int RedirectedWidth = 1000;

    /// <summary>The terminal, or plain text without line breaks of its own where output goes to a file or a pipe.</summary>
    public static IAnsiConsole Create()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
