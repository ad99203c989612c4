using System.CommandLine;
using ShapeKit.Cli.Requirements;
using ShapeKit.Cli.Running;
using Spectre.Console;

namespace ShapeKit.Cli.Commands;

/// <summary><c>shapekit doctor</c>: says what works on this machine, one line each, and how to mend what does not.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Checks this machine: what the course needs, and how to mend what is missing.");
        command.SetAction(_ => Run(RunConsole.Create()));
        return command;
    }

    private static int Run(IAnsiConsole console)
    {
        bool healthy = true;
        foreach (Requirement requirement in Requirement.All)
        {
            Outcome outcome = requirement.Look();
            healthy &= outcome.State != State.Broken;
            string mark = outcome.State switch
            {
                State.Good => "[green]ok     [/]",
                State.Note => "[yellow]note   [/]",
                _ => "[red]broken [/]",
            };
            console.MarkupLine($"{mark}[bold]{requirement.Name, -13}[/] {Markup.Escape(outcome.Text)}");
        }

        return healthy ? 0 : 1;
    }
}
