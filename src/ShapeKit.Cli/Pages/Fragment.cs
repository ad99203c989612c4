using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace ShapeKit.Cli.Pages;

/// <summary>HTML that a cell or its text brings to a page.</summary>
internal static class Fragment
{
    /// <summary>
    /// What acts beyond its place, and what the page's policy can't hold back: it leads the page elsewhere, or is read differently with
    /// and without scripts.
    /// </summary>
    private const string Unwanted = "meta, link, base, noscript, template";

    /// <summary>HTML whose written form is not the same again when it is read and written so often is meant to deceive.</summary>
    private const int MostRounds = 3;

    /// <summary>
    /// The same HTML, closed: an element or comment that it opens ends with it, and can't swallow what follows in the page.
    /// </summary>
    /// <param name="html">The HTML as it came.</param>
    /// <param name="change">What else is to be done to its elements.</param>
    /// <returns>HTML that a browser reads as it was meant here, or the text of what it would read otherwise.</returns>
    public static string Close(string html, Action<IElement>? change = null)
    {
        string closed = Write(html, change);
        for (int round = 0; round < MostRounds; round++)
        {
            string again = Write(closed, null);
            if (again == closed)
            {
                return closed;
            }

            closed = again;
        }

        return $"<pre>{WebUtility.HtmlEncode(html)}</pre>";
    }

    private static string Write(string html, Action<IElement>? change)
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
