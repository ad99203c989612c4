using System.Text.Json;

namespace ShapeKit.Notebooks.Tests;

public sealed class DevContainerTests
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

    private readonly JsonElement container = JsonDocument.Parse(Repository.Read(".devcontainer", "devcontainer.json")).RootElement;

    [Fact]
    public void The_description_follows_the_public_schema()
    {
        foreach (JsonProperty property in container.EnumerateObject())
        {
            Assert.Contains(property.Name, Schema.Keys);
            Assert.Contains(property.Value.ValueKind, Schema[property.Name]);
        }

        JsonElement host = container.GetProperty("hostRequirements");
        Assert.True(host.GetProperty("cpus").GetInt32() >= 1);
        Assert.All(new[] { "memory", "storage" }, name => Assert.Matches(@"^\d+([tgmk]b)?$", host.GetProperty(name).GetString()));
        string[] steps = ["initializeCommand", "onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand"];
        Assert.Contains(container.GetProperty("waitFor").GetString(), steps);
    }

    [Fact]
    public void It_brings_the_extensions_for_notebooks_and_charts_and_no_other_kernel() =>
        Assert.Equal(
            new[] { "ms-toolsai.jupyter", "ms-toolsai.jupyter-renderers" },
            container.GetProperty("customizations").GetProperty("vscode").GetProperty("extensions").EnumerateArray().Select(e => e.GetString()));

    [Fact]
    public async Task Its_script_builds_the_kit_and_finds_the_machine_in_order()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The dev container is a Linux container.");
        string[] command = container.GetProperty("postCreateCommand").GetString()!.Split(' ');

        (int exitCode, string output) = await Repository.RunAsync(Repository.Root, command[0], command[1..]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("libtorch", output, StringComparison.Ordinal);
    }
}
