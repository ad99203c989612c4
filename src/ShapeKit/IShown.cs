using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace ShapeKit;

/// <summary>What a cell shows: some notebook engines ask it for its HTML, others have it write itself.</summary>
internal interface IShown : IHtmlContent
{
    string ToHtml();

    void IHtmlContent.WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(ToHtml());
    }
}
