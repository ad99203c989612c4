using System.Text.Json.Nodes;

namespace ShapeKit.Notebooks.Tests.Hosts;

/// <summary>The notebooks of <see cref="PolyglotNotebook"/>, run once by shapekit.</summary>
public sealed class PolyglotRun : TemporaryNotebooks, IAsyncLifetime
{
    private string _said = "";

    /// <summary>The cells as they were run.</summary>
    public JsonNode[] Cells =>
        File.Exists(PathOf("run", "polyglot.ipynb"))
            ? Exercises.Cells(Read("run", "polyglot.ipynb"))
            : throw new InvalidDataException(_said);

    public async ValueTask InitializeAsync()
    {
        PolyglotOutputs.Write(this, "polyglot.ipynb", PolyglotNotebook.All);
        (_, string output, string errors) = await RunAsync("run", "--keep-going", "--output", "run", "polyglot.ipynb");
        _said = output + errors;
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>What notebooks written for Polyglot Notebooks show in the kit's kernel.</summary>
public sealed class PolyglotTests(PolyglotRun run) : IClassFixture<PolyglotRun>
{
    public static TheoryData<string> Notebooks => [.. PolyglotNotebook.All.Select(notebook => notebook.Name)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void A_notebook_shows_what_its_author_expects(string name)
    {
        PolyglotNotebook notebook = PolyglotNotebook.All.Single(notebook => notebook.Name == name);

        Assert.All(notebook.Cells.Zip(PolyglotOutputs.Of(notebook, PolyglotNotebook.All, run.Cells)), cell =>
        {
            string told = PolyglotOutputs.Told(cell.Second);
            Assert.True(
                PolyglotOutputs.IsAsExpected(cell.First.Here, told),
                $"{cell.First.Code}\n  has to show {cell.First.Here}\n  and shows {told}"
            );
        });
    }

    [Fact]
    public void A_notebook_that_differs_in_NET_Interactive_says_why_and_no_other_does() =>
        Assert.All(PolyglotNotebook.All, notebook =>
            Assert.Equal(notebook.Because is not null, !notebook.RunsThere || notebook.Cells.Any(cell => cell.There is not null))
        );
}
