using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public class InputTests
{
    [Fact]
    public async Task A_cell_can_ask_for_lines_and_passwords()
    {
        var asked = new List<InputRequest>();
        using var cells = new Cells(
            new CellEngineOptions
            {
                Input = (request, _) =>
                {
                    asked.Add(request);
                    return $"answer {asked.Count}";
                },
            }
        );
        Assert.Equal("answer 1", await cells.Text("Console.ReadLine()"));
        Assert.Equal("answer 2", await cells.Text("await GetInputAsync(\"Name?\")"));
        Assert.Equal("answer 3", await cells.Text("await GetPasswordAsync(\"Key?\")"));
        Assert.Equal([new("", false), new("Name?", false), new("Key?", true)], asked);
    }

    [Fact]
    public async Task Without_anybody_to_answer_the_cell_says_so()
    {
        using var cells = new Cells();
        await cells.Try("var line = Console.ReadLine();");
        Assert.Contains("nobody can answer here", cells.Error.Message, StringComparison.Ordinal);
    }
}
