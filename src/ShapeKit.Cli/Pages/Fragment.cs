using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace ShapeKit.Cli.Pages;

/// <summary>HTML that a cell or its text brings to a page.</summary>
internal static class Fragment
{
    /// <summary>What acts beyond its place, and what the page's policy can't hold back: it leads the page elsewhere, or is read differently with and without scripts.</summary>
    private const string Unwanted = "meta, link, base, noscript";

    /// <summary>The same HTML, closed: an element or comment that it opens ends with it, and can't swallow what follows in the page.</summary>
    /// <param name="html">The HTML as it came.</param>
    /// <param name="change">What else is to be done to its elements.</param>
    public static string Close(string html, Action<IElement>? change = null)
    {
        IElement body = new HtmlParser(new HtmlParserOptions { IsScripting = true }).ParseDocument("").Body!;
        body.InnerHtml = html;
        foreach (IElement element in body.QuerySelectorAll(Unwanted))
        {
            element.Remove();
        }

        foreach (IElement endless in body.QuerySelectorAll("plaintext"))
        {
            endless.Replace([.. endless.ChildNodes]);
        }

        change?.Invoke(body);
        return body.InnerHtml;
    }
}
