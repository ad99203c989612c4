using System.Text.Json;

namespace ShapeKit.Notebooks.Tests;

public sealed class DevContainerTests(InstalledKernel kernel)
{
    // From https://containers.dev/implementors/json_schema: the properties used here, and the kinds each may be.
    private static readonly Dictionary<string, JsonValueKind[]> Schema = new()
    {
        ["name"] = [JsonValueKind.String],
        ["image"] = [JsonValueKind.String],
        ["hostRequirements"] = [JsonValueKind.Object],
        ["postCreateCommand"] = [JsonValueKind.String, JsonValueKind.Array, JsonValueKind.Object],
        ["waitFor"] = [JsonValueKind.String],
        ["customizations"] = [JsonValueKind.Object],
    };

    private readonly JsonElement _container = JsonDocument.Parse(Repository.Read(".devcontainer", "devcontainer.json")).RootElement;

    [Fact]
    public void The_description_follows_the_public_schema()
    {
        foreach (JsonProperty property in _container.EnumerateObject())
        {
            Assert.Contains(property.Name, Schema.Keys);
            Assert.Contains(property.Value.ValueKind, Schema[property.Name]);
        }

        JsonElement host = _container.GetProperty("hostRequirements");
        Assert.True(host.GetProperty("cpus").GetInt32() >= 1);
        Assert.All(new[] { "memory", "storage" }, name => Assert.Matches(@"^\d+([tgmk]b)?$", host.GetProperty(name).GetString()));
        string[] steps = ["initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand"];
        Assert.Contains(_container.GetProperty("waitFor").GetString(), steps);
    }

    [Fact]
    public void It_brings_the_extensions_for_notebooks_and_charts_and_no_other_kernel() =>
        Assert.Equal(
            // The image comes with the C# extension; a minus leaves it out.
            ["ms-toolsai.jupyter", "ms-toolsai.jupyter-renderers", "-ms-dotnettools.csharp"],
            VSCode.GetProperty("extensions").EnumerateArray().Select(e => e.GetString())
        );

    [Fact]
    public void A_dot_brings_completions() =>
        Assert.Equal(
            """{"csharp":["."]}""",
            JsonSerializer.Serialize(VSCode.GetProperty("settings").GetProperty("jupyter.completionTriggerCharacters"))
        );

    [Fact]
    public void It_opens_on_the_first_chapter() =>
        Assert.Equal(
            [Path.GetRelativePath(Repository.Root, Repository.Chapters[0]).Replace('\\', '/')],
            _container
                .GetProperty("customizations")
                .GetProperty("codespaces")
                .GetProperty("openFiles")
                .EnumerateArray()
                .Select(file => file.GetString())
        );

    [Fact]
    public async Task Its_script_builds_the_kit_installs_the_kernel_and_finds_the_machine_in_order()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The dev container is a Linux container.");
        Assert.Equal($"bash {InstalledKernel.Script}", _container.GetProperty("postCreateCommand").GetString());

        string output = await kernel.InstalledAsync();

        Assert.Contains("Installed the kernel C# (ShapeKit)", output, StringComparison.Ordinal);
        Assert.Matches("ok +libtorch", output);
        Assert.Matches($"(ok|note) +Kernel +{kernel.Kernelspec}", output);
    }

    private JsonElement VSCode => _container.GetProperty("customizations").GetProperty("vscode");
}
