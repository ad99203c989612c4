using System.Text.Json.Nodes;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Gives earlier cells: a range, the last ones, or those that match a pattern.</summary>
/// <remarks>A kernel remembers its own session only, which is session 0 of a range.</remarks>
internal sealed class HistoryHandler(History history) : RequestHandler
{
    public override string RequestType => "history_request";

    public override Task HandleAsync(Request request)
    {
        int? count = request.Content.Number("n") is { } n ? Math.Max(0, n) : null;
        IReadOnlyList<History.Entry>? found = request.Content.Text("hist_access_type") switch
        {
            "range" when request.Content.Number("session") is null or 0 => history.Range(
                request.Content.Number("start") ?? 0,
                request.Content.Number("stop")
            ),
            "range" => [],
            "tail" => history.Tail(count),
            "search" => history.Search(request.Content.Text("pattern", "*"), count, request.Content.Flag("unique", otherwise: false)),
            _ => null,
        };
        if (found is null)
        {
            request.ReplyError("HistoryError", "hist_access_type is range, tail or search.");
            return Task.CompletedTask;
        }

        bool withOutput = request.Content.Flag("output", otherwise: false);
        request.Reply(
            new JsonObject
            {
                ["history"] = new JsonArray([
                    .. found.Select(e => new JsonArray(0, e.Line, withOutput ? new JsonArray(e.Code, e.Output) : e.Code)),
                ]),
            }
        );
        return Task.CompletedTask;
    }
}
