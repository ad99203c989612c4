using System.Text.Json.Nodes;
using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Handlers;

/// <summary>Tells what kernel this is and which language it speaks.</summary>
/// <param name="name">The kernel's name.</param>
/// <param name="version">The program's version.</param>
/// <param name="banner">The lines with which a console greets.</param>
/// <param name="helpLinks">Title and address of pages for a help menu.</param>
internal sealed class KernelInfoHandler(string name, string version, string banner, IReadOnlyList<(string Text, string Url)> helpLinks)
    : RequestHandler
{
    /// <summary>The language of .NET 10's compiler; front ends write it into the notebooks that they save.</summary>
    public static JsonObject LanguageInfo =>
        new()
        {
            ["name"] = "csharp",
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
        };

    public override string RequestType => "kernel_info_request";

    public override Task HandleAsync(Request request)
    {
        request.Reply(
            new JsonObject
            {
                ["protocol_version"] = WireFormat.ProtocolVersion,
                ["implementation"] = name,
                ["implementation_version"] = version,
                ["language_info"] = LanguageInfo,
                ["banner"] = banner,
                ["debugger"] = false,
                ["help_links"] = new JsonArray([.. helpLinks.Select(link => new JsonObject { ["text"] = link.Text, ["url"] = link.Url })]),
                ["supported_features"] = new JsonArray(),
            }
        );
        return Task.CompletedTask;
    }
}
