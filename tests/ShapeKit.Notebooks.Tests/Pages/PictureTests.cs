namespace ShapeKit.Notebooks.Tests.Pages;

public sealed class PictureTests : IDisposable
{
    private static readonly byte[] Dot = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
    );

    private readonly TemporaryNotebooks _notebooks = new();

    public void Dispose() => _notebooks.Dispose();

    [Fact]
    public async Task Pictures_come_from_the_notebooks_folder_and_in_the_place_of_others_stands_what_they_show()
    {
        string[] shown =
        [
            "![shown 1](dot.png)",
            "![shown 2](sub/dot.png?x#y)",
            "![shown 3](sub/../dot.png)",
            "<img alt='shown 4' src='sub/dot%2Epng' width=20>",
            "<img src=dot.png alt=\"shown > 5\">",
            "![shown 6](inside.png)",
        ];
        string[] not =
        [
            "![not 1](../secret.png)",
            $"![not 2]({_notebooks.PathOf("secret.png")})",
            "![not 3](%2e%2e/secret.png)",
            "![not 4](link.png)",
            "![not 5](folder/secret.png)",
            "<img src='../secret.png' alt='not 6'>",
            "![not 7](a%00.png)",
            "![not 8](none.png)",
            "![not 9](dot.txt)",
            "![not 10](attachment:none.png)",
            "![not 11](file:///etc/hostname.png)",
            "<img src=\"../secret.png\" alt=\"not <12>\">",
        ];
        _notebooks.Write("book/a.ipynb", [.. shown.Concat(not).Select(markdown => "#md " + markdown), "#md ![](../secret.png)"]);
        Directory.CreateDirectory(_notebooks.PathOf("book", "sub"));
        foreach (string place in new[] { "secret.png", "book/dot.png", "book/sub/dot.png", "book/dot.txt" })
        {
            File.WriteAllBytes(_notebooks.PathOf(place), Dot);
        }

        File.CreateSymbolicLink(_notebooks.PathOf("book/link.png"), _notebooks.PathOf("secret.png"));
        File.CreateSymbolicLink(_notebooks.PathOf("book/inside.png"), Path.Combine("sub", "dot.png"));
        Directory.CreateSymbolicLink(_notebooks.PathOf("book/folder"), "..");

        (int exitCode, string output, string errors) = await _notebooks.RunAsync("run", "book/a.ipynb");

        Assert.True(exitCode == 0, output + errors);
        string page = _notebooks.Read("artifacts/run/a.html");
        Assert.Equal(shown.Length, page.Split($"src=\"data:image/png;base64,{Convert.ToBase64String(Dot)}\"").Length - 1);
        Assert.Equal(shown.Length, page.Split("<img").Length - 1);
        Assert.All(Enumerable.Range(1, not.Length - 1), i => Assert.Contains($"<em>not {i}</em>", page, StringComparison.Ordinal));
        Assert.Contains("<em>not &lt;12&gt;</em>", page, StringComparison.Ordinal);
        Assert.Contains("<em>../secret.png</em>", page, StringComparison.Ordinal);
        Page.AssertFetchesNothing(page);
    }
}
