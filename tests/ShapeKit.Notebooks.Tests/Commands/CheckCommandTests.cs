namespace ShapeKit.Notebooks.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TemporaryNotebooks _notebooks = new();

    public void Dispose() => _notebooks.Dispose();

    [Fact]
    public async Task Claims_are_read_in_the_place_of_their_sentence_and_those_that_do_not_hold_are_named()
    {
        _notebooks.Write(
            "a.ipynb",
            "int answer = 42;",
            "#md The answer is *forty-two*. <!-- claim: answer == 42 -->\n\nIt is large. <!-- claim: answer > 100 -->",
            "answer = 1000;",
            "#md Now it is. <!-- claim: answer > 100 -->"
        );

        (int exitCode, string output, string _) = await _notebooks.RunAsync("run", "a.ipynb", "--claims");

        Assert.Equal(1, exitCode);
        Assert.Contains("a, text cell-1: the claim does not hold\n  answer > 100\n", output);
        Assert.Contains("2 of 3 claims of the texts hold.", output);
        Assert.Equal(
            [("cell-1", "answer == 42", true), ("cell-1", "answer > 100", false), ("cell-3", "answer > 100", true)],
            _notebooks.Summary()["notebooks"]![0]!["claims"]!
                .AsArray()
                .Select(claim => ((string)claim!["cell"]!, (string)claim["expression"]!, (bool)claim["holds"]!))
        );
    }

    [Fact]
    public async Task Without_being_asked_for_claims_are_no_cells_and_stay_hidden_on_the_page()
    {
        _notebooks.Write("a.ipynb", "1", "#md Large. <!-- claim: 1 > 100 -->");

        (int exitCode, string output, string _) = await _notebooks.RunAsync("run", "a.ipynb");

        Assert.True(exitCode == 0, output);
        Assert.Equal(1, (int)_notebooks.Summary()["notebooks"]![0]!["cells"]!);
        Assert.Contains("<!-- claim: 1 > 100 -->", _notebooks.Read("artifacts/run/a.html"));
        Assert.Null(_notebooks.Summary()["notebooks"]![0]!["claims"]);
    }

    [Theory]
    [InlineData("nowhere > 0")]
    [InlineData("1 + 1")]
    public async Task A_claim_that_is_neither_true_nor_false_in_its_place_is_a_failure_and_named(string claim)
    {
        _notebooks.Write("a.ipynb", $"#md <!-- claim: {claim} -->", "1");

        (int exitCode, string output, string _) = await _notebooks.RunAsync("run", "a.ipynb", "--claims");

        Assert.Equal(1, exitCode);
        Assert.Contains($"a, text cell-0: the claim could not be checked\n  {claim}\n", output);
    }

    [Fact]
    public async Task Every_way_to_compute_is_tried_with_every_number_of_threads()
    {
        _notebooks.Write(
            "a.ipynb",
            "#r \"nuget: ShapeKit\"\nusing ShapeKit.Runtime;\nvar session = Session.Start();",
            "#md <!-- claim: !(session.Threads == 2 && session.Convolutions.Name == \"plain\") -->"
        );

        (int exitCode, string output, string errors) = await _notebooks.RunAsync(
            "check",
            "a.ipynb",
            "--threads",
            "1",
            "2",
            "--convolutions",
            "fast",
            "plain"
        );

        Assert.Equal(1, exitCode);
        Assert.Equal("", errors);
        Assert.Equal(
            [
                "Convolutions fast, 1 thread",
                "Convolutions fast, 2 threads",
                "Convolutions plain, 1 thread",
                "Convolutions plain, 2 threads",
            ],
            output.Split('\n').Where(line => line.StartsWith("Convolutions ", StringComparison.Ordinal))
        );
        Assert.EndsWith("Every claim held in 3 of 4 runs.\n", output);
        Assert.True((bool)_notebooks.Summary("artifacts/check/plain-1")["succeeded"]!);
        Assert.False((bool)_notebooks.Summary("artifacts/check/plain-2")["succeeded"]!);
    }

    [Theory]
    [InlineData("--threads must be 1 or more.", "--threads", "0")]
    [InlineData("'slow' not recognized", "--convolutions", "slow")]
    public async Task What_cannot_be_checked_is_said(string expected, params string[] arguments)
    {
        _notebooks.Write("a.ipynb", "1");

        (int exitCode, string _, string errors) = await _notebooks.RunAsync(["check", "a.ipynb", .. arguments]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, errors);
    }
}
