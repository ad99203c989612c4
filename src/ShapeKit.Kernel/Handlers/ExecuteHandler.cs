using System.Text.Json;
using System.Text.Json.Nodes;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Documents;
using ShapeKit.Kernel.Execution;
using ShapeKit.Kernel.Protocol;
using ShapeKit.Kernel.Transport;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Runs a cell.</summary>
/// <param name="engine">Gives the engine as soon as it exists.</param>
/// <param name="history">Keeps what was run.</param>
/// <param name="input">Asks the reader on behalf of the running cell.</param>
/// <param name="abortQueue">Lets the cells that already wait go unanswered by a run, because this one failed.</param>
/// <param name="log">Names the cell that runs.</param>
internal sealed class ExecuteHandler(Task<CellEngine> engine, History history, InputChannel input, Action abortQueue, KernelLog log)
    : RequestHandler
{
    public override string RequestType => "execute_request";

    public override bool WaitsForCells => true;

    public override async Task HandleAsync(Request request)
    {
        string? code = request.Content.TextOrNull("code");
        bool silent = request.Content.Flag("silent", otherwise: false);
        bool counted = code is not null && !silent && request.Content.Flag("store_history", otherwise: true);
        CellEngine cells = await engine.ConfigureAwait(false);
        var cell = new Cell(request, silent, counted, cells.ExecutionCount + (counted ? 1 : 0));
        ErrorOutput? error = null;
        if (code is null)
        {
            Show(NotText("The cell's code"));
        }
        else
        {
            Run(cells, code, LanguageOf(request.Message.Metadata), cell, Show);
        }

        if (error is null)
        {
            request.Reply(Completed([], cell.Count, Evaluate(cells, request)));
            return;
        }

        if (request.Content.Flag("stop_on_error", otherwise: true))
        {
            abortQueue();
        }

        JsonObject content = OutputMessages.Error(error);
        content["status"] = "error";
        request.Reply(Completed(content, cell.Count, []));

        void Show(CellOutput output)
        {
            error = output as ErrorOutput ?? error;
            Publish(output, cell);
        }
    }

    /// <summary>The language that a front end of .NET Interactive has noted for the cell; null where there is no note.</summary>
    private static string? LanguageOf(JsonElement metadata) =>
        metadata.Fields("polyglot_notebook").TextOrNull("kernelName") ?? metadata.Fields("dotnet_interactive").TextOrNull("language");

    private void Run(CellEngine cells, string code, string? language, Cell cell, Action<CellOutput> show)
    {
        if (!cell.Silent)
        {
            cell.Request.Publish("execute_input", new JsonObject { ["code"] = code, ["execution_count"] = cell.Count });
        }

        if (cell.Counted)
        {
            history.Add(cell.Count, code);
        }

        log.Note($"Cell {cell.Count} runs.");
        CellResult result;
        using (input.Open(cell.Request))
        {
            result = cells.Execute(NotebookCell.CodeIn(language, code), show, cell.Counted, cell.Request.Interrupted);
        }

        log.Note($"Cell {cell.Count} {(result.Succeeded ? "has run" : result.Interrupted ? "was interrupted" : "failed")}.");
    }

    private void Publish(CellOutput output, Cell cell)
    {
        if (output is ResultOutput result)
        {
            if (cell.Counted)
            {
                history.SetOutput(cell.Count, result.Data);
            }

            output = result with { ExecutionCount = cell.Count };
        }

        if (!cell.Silent)
        {
            cell.Request.Show(output);
        }
    }

    private static JsonObject Completed(JsonObject content, int count, JsonObject values)
    {
        content["execution_count"] = count;
        content["payload"] = new JsonArray();
        content["user_expressions"] = values;
        return content;
    }

    private static ErrorOutput NotText(string what) =>
        CellErrors.Named("CodeError", $"{what} is not text, or holds half a character (a lone surrogate), so nothing ran: write it anew.");

    /// <summary>The values that the request asks for beside its code's own, each shown or with its own error.</summary>
    private static JsonObject Evaluate(CellEngine cells, Request request)
    {
        var values = new JsonObject();
        foreach (JsonProperty expression in request.Content.Fields("user_expressions").EnumerateObject())
        {
            JsonObject value = new()
            {
                ["status"] = "ok",
                ["data"] = new JsonObject(),
                ["metadata"] = new JsonObject(),
            };
            if (expression.Value.TextOrNull() is { } code)
            {
                cells.Execute(code, Take, counted: false, request.Interrupted);
            }
            else
            {
                Take(NotText("The expression"));
            }

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

    /// <summary>A cell as a request asks for it.</summary>
    /// <param name="Request">The request.</param>
    /// <param name="Silent">Whether nothing of it is shown.</param>
    /// <param name="Counted">Whether it takes a number and a place in the history.</param>
    /// <param name="Count">Its number, or the last one where it takes none.</param>
    private sealed record Cell(Request Request, bool Silent, bool Counted, int Count);
}
