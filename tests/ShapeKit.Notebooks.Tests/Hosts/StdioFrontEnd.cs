using System.Diagnostics;
using System.Text.Json.Nodes;
using ShapeKit.Tests;

namespace ShapeKit.Notebooks.Tests.Hosts;

/// <summary>What a cell came to when it was run as Polyglot Notebooks runs it.</summary>
/// <param name="Error">Why it failed; null where it did not.</param>
/// <param name="Written">Its standard output.</param>
/// <param name="Warned">Its standard error.</param>
/// <param name="Shown">Its outputs in HTML or text, each as its last update left it.</param>
public sealed record StdioCell(string? Error, string Written, string Warned, IReadOnlyCollection<string> Shown);

/// <summary>
/// A front end that talks to <c>dotnet-interactive stdio</c> as the extension Polyglot Notebooks does: commands and events, one line of
/// JSON each, and questions of the host that it has to answer.
/// </summary>
internal sealed class StdioFrontEnd : IDisposable
{
    private readonly Process _host;
    private readonly Func<string?> _answer;

    /// <param name="folder">The notebook's folder, in which the tool is restored.</param>
    /// <param name="environment">Variables of the host.</param>
    /// <param name="answer">What the person at the keyboard answers; null is the key Escape.</param>
    public StdioFrontEnd(string folder, IReadOnlyDictionary<string, string> environment, Func<string?> answer)
    {
        _answer = answer;
        string[] arguments = ["tool", "run", "dotnet-interactive", "--", "[vscode]", "stdio", "--working-dir", folder];
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _host = Process.Start(start)!;
    }

    /// <summary>Runs cells one after the other, whatever becomes of the one before.</summary>
    public Task<StdioCell[]> RunAsync(IEnumerable<string> cells) => _host.Patiently(RunAllAsync(cells));

    public void Dispose()
    {
        _host.Kill(entireProcessTree: true);
        _host.Dispose();
    }

    private async Task<StdioCell[]> RunAllAsync(IEnumerable<string> cells)
    {
        while ((string?)(await ReceiveAsync())["eventType"] != "KernelReady") { }

        List<StdioCell> run = [];
        foreach (string code in cells)
        {
            run.Add(await RunAsync($"cell-{run.Count}", code));
        }

        return [.. run];
    }

    private async Task<StdioCell> RunAsync(string token, string code)
    {
        await SendAsync(
            new JsonObject
            {
                ["token"] = token,
                ["commandType"] = "SubmitCode",
                ["command"] = new JsonObject { ["code"] = code, ["targetKernelName"] = "csharp" },
                ["routingSlip"] = new JsonArray(),
            }
        );
        string written = "",
            warned = "";
        Dictionary<string, string> shown = [];
        while (true)
        {
            JsonNode message = await ReceiveAsync();
            JsonNode? told = message["event"];
            switch ((string?)message["eventType"] ?? (string?)message["commandType"])
            {
                case "RequestInput":
                    await AnswerAsync(message);
                    break;
                case "StandardOutputValueProduced":
                    written += Value(told!);
                    break;
                case "StandardErrorValueProduced":
                    warned += Value(told!);
                    break;
                case "DisplayedValueProduced" or "DisplayedValueUpdated" or "ReturnValueProduced":
                    shown[(string?)told!["valueId"] ?? $"{shown.Count}"] = Value(told);
                    break;
                case "CommandSucceeded" when IsOf(token):
                    return new StdioCell(null, written, warned, shown.Values);
                case "CommandFailed" when IsOf(token):
                    return new StdioCell((string)told!["message"]!, written, warned, shown.Values);
            }

            bool IsOf(string token) => (string?)message["command"]!["token"] == token;
        }
    }

    private async Task AnswerAsync(JsonNode question)
    {
        if (_answer() is { } answer)
        {
            await SendEventAsync("InputProduced", new JsonObject { ["value"] = answer });
            await SendEventAsync("CommandSucceeded", []);
        }
        else
        {
            await SendEventAsync("CommandFailed", new JsonObject { ["message"] = "Input request cancelled" });
        }

        Task SendEventAsync(string type, JsonObject told) =>
            SendAsync(
                new JsonObject
                {
                    ["eventType"] = type,
                    ["event"] = told,
                    ["command"] = question.DeepClone(),
                    ["routingSlip"] = new JsonArray("kernel://vscode"),
                }
            );
    }

    private static string Value(JsonNode told) =>
        told["formattedValues"]!.AsArray() is { Count: > 0 } forms ? (string?)forms[0]!["value"] ?? "" : "";

    private async Task SendAsync(JsonObject message)
    {
        await _host.StandardInput.WriteLineAsync(message.ToJsonString());
        await _host.StandardInput.FlushAsync();
    }

    private async Task<JsonNode> ReceiveAsync() =>
        await _host.StandardOutput.ReadLineAsync() is { } line
            ? JsonNode.Parse(line)!
            : throw new EndOfStreamException("The host has ended.");
}
