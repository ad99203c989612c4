using System.Text.Json.Nodes;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Tells what kernel this is and which language it speaks.</summary>
internal sealed class KernelInfoHandler(KernelOptions options) : RequestHandler
{
    /// <summary>The language of .NET 10's compiler.</summary>
    private const string CSharpVersion = "14.0";

    public override string RequestType => "kernel_info_request";

    public override Task HandleAsync(Request request)
    {
        request.Reply(
            new JsonObject
            {
                ["protocol_version"] = WireFormat.ProtocolVersion,
                ["implementation"] = options.Implementation,
                ["implementation_version"] = options.Version,
                ["language_info"] = new JsonObject
                {
                    ["name"] = "csharp",
                    ["version"] = CSharpVersion,
                    ["mimetype"] = "text/x-csharp",
                    ["file_extension"] = ".cs",
                    ["pygments_lexer"] = "csharp",
                    ["codemirror_mode"] = "text/x-csharp",
                },
                ["banner"] = options.Banner,
                ["debugger"] = false,
                ["help_links"] = new JsonArray([
                    .. options.HelpLinks.Select(link => new JsonObject { ["text"] = link.Text, ["url"] = link.Url }),
                ]),
                ["supported_features"] = new JsonArray(),
            }
        );
        return Task.CompletedTask;
    }
}
