using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests.Clients;

/// <summary>The scripts of this folder, each run once.</summary>
public sealed class ClientScripts(InstalledKernel kernel)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<(IReadOnlyDictionary<string, string?> Failures, string Errors)>>> _runs = new();

    /// <summary>Runs a script unless that has been done; tells of each of its tests what went wrong, null when nothing did.</summary>
    public Task<(IReadOnlyDictionary<string, string?> Failures, string Errors)> RunAsync(string python, string script) =>
        _runs.GetOrAdd(script, _ => new(() => RunNowAsync(python, script))).Value;

    private async Task<(IReadOnlyDictionary<string, string?> Failures, string Errors)> RunNowAsync(string python, string script)
    {
        await kernel.InstalledAsync();
        (_, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(
            python,
            Repository.PathOf("tests", "ShapeKit.Notebooks.Tests", "Clients"),
            kernel.Environment,
            "-B",
            $"{script}_tests.py"
        );
        return (
            output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonNode.Parse(line)!)
                .ToDictionary(o => (string)o["test"]!, o => (string?)o["failure"]),
            errors
        );
    }
}

/// <summary>What the Python scripts of this folder find when they drive the installed kernel through jupyter_client.</summary>
[Trait("Category", "Clients")]
public sealed class ClientTests(ClientScripts scripts) : IClassFixture<ClientScripts>
{
    private static readonly Regex TestName = new(@"^@test\ndef (\w+)\(", RegexOptions.Multiline);

    public static TheoryData<string, string> Tests =>
        [
            .. Directory
                .GetFiles(Repository.PathOf("tests", "ShapeKit.Notebooks.Tests", "Clients"), "*_tests.py")
                .Order(StringComparer.Ordinal)
                .SelectMany(file =>
                    TestName
                        .Matches(File.ReadAllText(file))
                        .Select(name => (Path.GetFileName(file).Replace("_tests.py", "", StringComparison.Ordinal), name.Groups[1].Value))
                ),
        ];

    [Theory]
    [MemberData(nameof(Tests))]
    public async Task The_installed_kernel_keeps_its_promise(string script, string promise)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && script is "life" or "editor", "Windows has no signals.");

        (IReadOnlyDictionary<string, string?> failures, string errors) = await scripts.RunAsync(JupyterClients.Python(), script);

        Assert.True(failures.TryGetValue(promise, out string? failure), errors);
        Assert.True(failure is null, failure);
    }
}
