using System.Text.Json;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Runs a cell.</summary>
/// <param name="session">Gives the session as soon as it exists.</param>
/// <param name="history">Keeps what was run.</param>
/// <param name="input">Asks the reader on behalf of the running cell.</param>
/// <param name="abortQueue">Lets the cells that already wait go unanswered by a run, because this one failed.</param>
/// <param name="log">Names the cell that runs.</param>
internal sealed class ExecuteHandler(Task<CSharpSession> session, History history, InputChannel input, Action abortQueue, KernelLog log) : RequestHandler
{
    public override string RequestType => "execute_request";

    public override bool WaitsForCells => true;

    public override async Task HandleAsync(Request request)
    {
        string code = request.Content.Text("code");
        bool silent = request.Content.Flag("silent", otherwise: false);
        bool counted = !silent && request.Content.Flag("store_history", otherwise: true);
        CSharpSession cells = await session.ConfigureAwait(false);
        int count = cells.ExecutionCount + (counted ? 1 : 0);
        if (!silent)
        {
            request.Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = count });
        }

        if (counted)
        {
            history.Add(count, code);
        }

        log.Note($"Cell {count} runs.");
        ErrorOutput? error = null;
        CellResult result;
        using (input.Open(request))
        {
            result = await cells.ExecuteAsync(code, Show, counted, request.Interrupted).ConfigureAwait(false);
        }

        log.Note($"Cell {count} {(result.Succeeded ? "has run" : result.Interrupted ? "was interrupted" : "failed")}.");
        if (error is null)
        {
            request.Reply(new JsonObject
            {
                ["execution_count"] = count,
                ["payload"] = new JsonArray(),
                ["user_expressions"] = await EvaluateAsync(cells, request).ConfigureAwait(false),
            });
            return;
        }

        JsonObject content = OutputMessages.Error(error);
        content["status"] = "error";
        content["execution_count"] = count;
        content["payload"] = new JsonArray();
        content["user_expressions"] = new JsonObject();
        if (request.Content.Flag("stop_on_error", otherwise: true))
        {
            abortQueue();
        }

        request.Reply(content);

        void Show(CellOutput output)
        {
            error = output as ErrorOutput ?? error;
            if (output is ResultOutput result)
            {
                if (counted)
                {
                    history.SetOutput(count, result.Data);
                }

                output = result with { ExecutionCount = count };
            }

            if (!silent)
            {
                request.Show(output);
            }
        }
    }

    /// <summary>The values that the request asks for beside its code's own, each shown or with its own error.</summary>
    private static async Task<JsonObject> EvaluateAsync(CSharpSession cells, Request request)
    {
        var values = new JsonObject();
        foreach (JsonProperty expression in request.Content.Fields("user_expressions").EnumerateObject().Where(e => e.Value.ValueKind == JsonValueKind.String))
        {
            JsonObject value = new() { ["status"] = "ok", ["data"] = new JsonObject(), ["metadata"] = new JsonObject() };
            await cells.ExecuteAsync(expression.Value.GetString()!, Take, counted: false, request.Interrupted).ConfigureAwait(false);
            values[expression.Name] = value;

            void Take(CellOutput output)
            {
                if (output is ResultOutput result)
                {
                    value["data"] = OutputMessages.Bundle(result.Data);
                }
                else if (output is ErrorOutput error)
                {
                    value = OutputMessages.Error(error);
                    value["status"] = "error";
                }
            }
        }

        return values;
    }
}
