using System.Diagnostics;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Tests;

namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>Runs fuzz programs against one kernel, and compares what a reader would notice with what was expected.</summary>
/// <param name="client">The front end.</param>
/// <param name="random">Decides how long it waits before it stops something, and for late texts.</param>
internal sealed class FuzzConversation(KernelClient client, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, List<JupyterMessage>> _heard = [];
    private readonly Dictionary<string, JupyterMessage> _replies = [];
    private readonly List<(int Due, FuzzProgram Program, FuzzStep Step, string Id)> _late = [];
    private readonly List<(FuzzProgram Program, FuzzStep Step, string Id)> _done = [];

    /// <summary>The program that runs, or whose late texts are awaited.</summary>
    public FuzzProgram? Program { get; private set; }

    /// <summary>What is awaited of the program.</summary>
    public string Awaited { get; private set; } = "";

    public void Run(int number, FuzzProgram program)
    {
        Program = program;
        foreach (FuzzStep step in program.Steps)
        {
            string id = Run(step);
            _done.Add((program, step, id));
            if (step.Late.Length > 0)
            {
                _late.Add((number + random.Next(4), program, step, id));
            }
        }

        AwaitLate(number);
    }

    /// <summary>Awaits all late texts, and compares everything that was ever shown.</summary>
    public void Finish()
    {
        AwaitLate(int.MaxValue);
        foreach ((FuzzProgram program, FuzzStep step, string id) in _done)
        {
            Program = program;
            Awaited = "nothing else, long after its end";
            Compare(step, id);
        }
    }

    private void AwaitLate(int number)
    {
        foreach ((_, FuzzProgram program, FuzzStep step, string id) in _late.Where(late => late.Due <= number))
        {
            Program = program;
            foreach (string text in step.Late)
            {
                Until($"the late text “{text}” under its cell", () =>
                    Heard(id).Any(message => Text(message).Contains(text, StringComparison.Ordinal))
                );
            }
        }

        _late.RemoveAll(late => late.Due <= number);
    }

    private string Run(FuzzStep step)
    {
        if (step.Stop == Stop.Before)
        {
            Interrupt();
        }

        string id = client.SendText(step.Type, step.Content);
        string[] beside = [.. step.Beside.Select(other => client.SendText(other.Type, other.Content))];
        if (step.Stop == Stop.AtOnce)
        {
            Interrupt();
        }

        if (step.Stop is Stop.AtOnce or Stop.Once or Stop.Twice)
        {
            Until("that it runs", () =>
                Heard(id).Any(message => message.Type == "error" || Text(message).EndsWith(FuzzStep.On, StringComparison.Ordinal))
            );
            Thread.Sleep(random.Next(30));
            Interrupt();
            if (step.Stop == Stop.Twice)
            {
                Interrupt();
            }
        }

        if (step.Stop == Stop.Asking || step.Answer is not null)
        {
            Awaited = "its question";
            client.Question();
            if (step.Answer is { } answer)
            {
                client.Answer(answer);
            }
            else
            {
                Interrupt();
            }
        }

        Until("its end (idle)", () => IsIdle(id));
        if (step.Type.EndsWith("_request", StringComparison.Ordinal))
        {
            Ends(step, Reply(id, "its reply"));
        }

        Awaited = "what it shows";
        Compare(step, id);
        foreach ((FuzzStep other, string otherId) in step.Beside.Zip(beside))
        {
            Until($"the end of {other.Type} beside it", () => IsIdle(otherId));
            Ends(other, Reply(otherId, $"the reply to {other.Type} beside it"));
        }

        return id;
    }

    private void Interrupt()
    {
        string before = Awaited;
        Awaited = "the reply to interrupt_request";
        string id = client.Send("interrupt_request", control: true);
        Assert.Equal(id, client.Reply(control: true).ParentId);
        Awaited = before;
    }

    private JupyterMessage Reply(string id, string awaited)
    {
        Awaited = awaited;
        JupyterMessage? reply;
        while (!_replies.Remove(id, out reply))
        {
            JupyterMessage any = client.Reply();
            _replies.Add(any.ParentId, any);
        }

        return reply;
    }

    private static void Ends(FuzzStep step, JupyterMessage reply)
    {
        string ends = (string)reply.Content["status"]! == "error" ? (string)reply.Content["ename"]! : (string)reply.Content["status"]!;
        Assert.True(step.Ends.Split('|').Contains(ends), $"It ended as {ends}, not as {step.Ends}.\n{reply.Content.ToJsonString()}");
    }

    private void Until(string awaited, Func<bool> come)
    {
        Awaited = awaited;
        var waited = Stopwatch.StartNew();
        while (!come())
        {
            Assert.True(waited.Elapsed < Patience, $"It did not come in {Patience.TotalSeconds} s.");
            JupyterMessage message = client.Published();
            Heard(message.ParentId).Add(message);
        }
    }

    private List<JupyterMessage> Heard(string id) => _heard.TryGetValue(id, out List<JupyterMessage>? heard) ? heard : _heard[id] = [];

    private bool IsIdle(string id) =>
        Heard(id).Any(message => message.Type == "status" && (string)message.Content["execution_state"]! == "idle");

    private void Compare(FuzzStep step, string id)
    {
        string[] shown = Shown(step, id);
        IEnumerable<string[]> expected = step
            .Ends.Split('|')
            .Select(end => step.Type != "execute_request" || end == "ok" ? step.Shows : [.. step.Shows, $"error: {end}"]);
        if (step.Stop == Stop.AtOnce)
        {
            expected = expected.Concat(expected.Select(shows => shows[1..]));
        }

        Assert.True(expected.Any(shows => Same(shows, shown)), $"It shows\n  {Short(shown)}\nand not\n  {Short(expected.First())}");
    }

    private static bool Same(string[] expected, string[] shown) =>
        expected.Length == shown.Length
        && expected
            .Zip(shown)
            .All(pair =>
                pair.First.EndsWith('*') ? pair.Second.StartsWith(pair.First[..^1], StringComparison.Ordinal) : pair.First == pair.Second
            );

    private static string Short(string[] shown) =>
        string.Join(
            "\n  ",
            shown.Select(text => text.Length > 500 ? $"{text[..400]} … {text[^100..]} ({text.Length} characters)" : text).Take(50)
        );

    /// <summary>
    /// What a request has shown so far, without its late texts: texts of one stream in a row as one, and of updates in a row the last.
    /// </summary>
    private string[] Shown(FuzzStep step, string id)
    {
        var shown = new List<string>();
        foreach (JupyterMessage message in Heard(id).Where(message => message.Type is not ("status" or "execute_input")))
        {
            string text = step.Late.Aggregate(Text(message), (rest, late) => rest.Replace(late, "", StringComparison.Ordinal));
            string kind = text[..text.IndexOf(": ", StringComparison.Ordinal)];
            bool isStream = message.Type == "stream";
            bool isLate = text != Text(message) && (!isStream || text == $"{kind}: ");
            bool isStopping =
                step.Stop != Stop.Never && kind == "stderr" && text.StartsWith("stderr: Not stopped yet", StringComparison.Ordinal);
            if (isLate || isStopping || (step.Warns && kind == "stderr"))
            {
                continue;
            }

            bool follows = shown is [.., var last] && last.StartsWith(kind + ": ", StringComparison.Ordinal);
            if (follows && isStream)
            {
                shown[^1] += text[(kind.Length + 2)..];
            }
            else if (follows && kind == "update")
            {
                shown[^1] = text;
            }
            else
            {
                shown.Add(text);
            }
        }

        return [.. shown];
    }

    private static string Text(JupyterMessage message) =>
        message.Type switch
        {
            "stream" => $"{message.Content["name"]}: {message.Content["text"]}",
            "display_data" => $"display: {Plain(message)}",
            "update_display_data" => $"update: {Plain(message)}",
            "execute_result" => $"result: {Plain(message)}",
            "error" => $"error: {message.Content["ename"]}",
            "clear_output" => $"clear: {message.Content["wait"]!.ToJsonString()}",
            _ when message.Content["data"] is { } data => $"{message.Type}: {data.ToJsonString()}",
            _ => $"{message.Type}: ",
        };

    private static string Plain(JupyterMessage message) => message.Content["data"]!["text/plain"] is JsonValue text ? (string)text! : "";
}
