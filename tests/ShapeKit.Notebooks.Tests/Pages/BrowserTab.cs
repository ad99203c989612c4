using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ShapeKit.Tests;

namespace ShapeKit.Notebooks.Tests.Pages;

/// <summary>One page in the system's Chromium, with a reader's keys.</summary>
internal sealed class BrowserTab : IAsyncDisposable
{
    private static readonly Regex Address = new(@"ws://\S+");

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("shapekit-test-");
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _asked = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Process _process;
    private TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _session;
    private int _last;

    private BrowserTab(string browser) =>
        _process = Process.Start(
            new ProcessStartInfo(
                browser,
                [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--hide-scrollbars",
                    "--remote-debugging-port=0",
                    $"--user-data-dir={_profile.FullName}",
                    "about:blank",
                ]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;

    /// <summary>What the console showed as an error.</summary>
    public IEnumerable<string> Errors => _errors;

    /// <summary>What the pages asked for.</summary>
    public IEnumerable<string> Requests => _requests;

    /// <summary>Opens an empty page; where there is no browser, the test is skipped.</summary>
    public static async Task<BrowserTab> OpenAsync()
    {
        var tab = new BrowserTab(Chromium.Path());
        await tab._process.Patiently(tab.ConnectAsync());
        return tab;
    }

    public Task ResizeAsync(int width, int height) =>
        AskAsync(
            "Emulation.setDeviceMetricsOverride",
            new JsonObject
            {
                ["width"] = width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );

    /// <summary>Changes to the dark theme, as the reader's system would.</summary>
    public Task DarkenAsync() =>
        AskAsync(
            "Emulation.setEmulatedMedia",
            new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = "dark" }) }
        );

    /// <summary>Opens a file and waits until it is loaded.</summary>
    public async Task GoAsync(string file)
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await AskAsync("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri });
        await LoadedAsync();
    }

    /// <summary>Waits for the page that a link leads to.</summary>
    public async Task LoadedAsync() => await _process.Patiently(Await(_loaded.Task));

    /// <summary>Runs a script and gives what it comes to as text.</summary>
    public async Task<string> RunAsync(string script)
    {
        JsonNode answer = await AskAsync(
            "Runtime.evaluate",
            new JsonObject
            {
                ["expression"] = script,
                ["awaitPromise"] = true,
                ["returnByValue"] = true,
            }
        );
        Assert.True(answer["exceptionDetails"] is null, answer.ToJsonString());
        return answer["result"]!["value"]?.ToString() ?? "";
    }

    /// <summary>Presses a key and lets it go.</summary>
    public async Task PressAsync(string key, int code, string text = "")
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (string type in new[] { text.Length > 0 ? "keyDown" : "rawKeyDown", "keyUp" })
        {
            await AskAsync(
                "Input.dispatchKeyEvent",
                new JsonObject
                {
                    ["type"] = type,
                    ["key"] = key,
                    ["code"] = key,
                    ["windowsVirtualKeyCode"] = code,
                    ["text"] = text,
                }
            );
        }
    }

    /// <summary>Types a text where the focus is.</summary>
    public Task TypeAsync(string text) => AskAsync("Input.insertText", new JsonObject { ["text"] = text });

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.EndAsync();
        _process.Dispose();
        _socket.Dispose();
        Remove();
    }

    private static async Task<bool> Await(Task task)
    {
        await task;
        return true;
    }

    /// <summary>Processes of the browser that are ending may still write; what is left then is the system's to remove.</summary>
    private void Remove()
    {
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException) { }
    }

    private async Task<bool> ConnectAsync()
    {
        Match address = Match.Empty;
        while (!address.Success && await _process.StandardError.ReadLineAsync() is { } line)
        {
            address = Address.Match(line);
        }

        _ = _process.StandardError.ReadToEndAsync();
        await _socket.ConnectAsync(new Uri(address.Value), CancellationToken.None);
        _ = ListenAsync();
        JsonNode target = await AskAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonNode session = await AskAsync(
            "Target.attachToTarget",
            new JsonObject { ["targetId"] = target["targetId"]!.DeepClone(), ["flatten"] = true }
        );
        _session = (string)session["sessionId"]!;
        foreach (string domain in new[] { "Page", "Runtime", "Log", "Network" })
        {
            await AskAsync(domain + ".enable", []);
        }

        await AskAsync("Emulation.setFocusEmulationEnabled", new JsonObject { ["enabled"] = true });

        return true;
    }

    private async Task<JsonNode> AskAsync(string method, JsonObject parameters)
    {
        int id = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[id] = answer;
        var message = new JsonObject
        {
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        };
        if (_session is not null)
        {
            message["sessionId"] = _session;
        }

        await _socket.SendAsync(
            System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()),
            WebSocketMessageType.Text,
            endOfMessage: true,
            CancellationToken.None
        );
        return await _process.Patiently(answer.Task);
    }

    private async Task ListenAsync()
    {
        byte[] buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                WebSocketReceiveResult received = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    Hear(JsonNode.Parse(message.ToArray())!);
                    message.SetLength(0);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or System.Text.Json.JsonException)
        {
            foreach (TaskCompletionSource<JsonNode> unanswered in _asked.Values)
            {
                unanswered.TrySetException(e);
            }
        }
    }

    private void Hear(JsonNode message)
    {
        if ((int?)message["id"] is { } id && _asked.TryRemove(id, out TaskCompletionSource<JsonNode>? answer))
        {
            answer.SetResult(message["result"] ?? message["error"]!);
            return;
        }

        JsonNode? parameters = message["params"];
        switch ((string?)message["method"])
        {
            case "Page.loadEventFired":
                _loaded.TrySetResult();
                break;
            case "Network.requestWillBeSent":
                _requests.Enqueue((string)parameters!["request"]!["url"]!);
                break;
            case "Log.entryAdded" when (string)parameters!["entry"]!["level"]! == "error":
            case "Runtime.exceptionThrown":
                _errors.Enqueue(parameters!.ToJsonString());
                break;
        }
    }
}
