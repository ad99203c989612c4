using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

/// <summary>What must hold for every page.</summary>
internal static class Page
{
    private static readonly Regex Scripts = new(
        @"<script\b(?<attributes>[^>]*)>(?<text>.*?)</script>",
        RegexOptions.Singleline | RegexOptions.IgnoreCase
    );
    private static readonly Regex Policy = new("http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"");

    /// <summary>No element but a link names an address on the network, and the page forbids the browser to fetch.</summary>
    public static void AssertFetchesNothing(string html)
    {
        string markup = Scripts.Replace(html, "<script>");
        Assert.DoesNotMatch("""<(?!a\b)[a-zA-Z]+\b[^>]*\s(src|href|srcset|poster|data|action)\s*=\s*["']?\s*(https?:)?//""", markup);
        Assert.DoesNotMatch(@"@import|url\(\s*[""']?\s*(https?:)?//", markup);
        Assert.Contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';", markup);
    }

    /// <summary>
    /// The scripts of a page that a browser would run but for the page's policy, which lets none run but those whose hash it names, and
    /// files of the site whose elements bear its number: no other script, no handler in an attribute, no address of a script.
    /// </summary>
    public static IReadOnlyList<string> Forbidden(string html)
    {
        string[] allowed = Assert
            .Single(Policy.Match(html).Groups[1].Value.Split(';', StringSplitOptions.TrimEntries), directive =>
                directive.StartsWith("script-src", StringComparison.Ordinal)
            )
            .Split(' ')[1..];
        string nonce = allowed[0].Trim('\'')["nonce-".Length..];
        Assert.Equal(16, Convert.FromBase64String(nonce).Length);
        Assert.All(allowed[1..], source => Assert.Matches("^'sha256-[A-Za-z0-9+/]{43}='$", source));
        string own = $"^ defer nonce=\"{Regex.Escape(nonce)}\" src=\"(\\.\\./)*(search|plotly)\\.js\"$";
        MatchCollection scripts = Scripts.Matches(html);
        Assert.Equal(scripts.Count(script => Regex.IsMatch(script.Groups["attributes"].Value, own)) + 1, html.Split(nonce).Length - 1);
        return
        [
            .. from script in scripts
            where !script.Groups["attributes"].Value.StartsWith(" type=\"application/", StringComparison.Ordinal)
            where !Regex.IsMatch(script.Groups["attributes"].Value, own)
            let text = script.Groups["text"].Value
            where !allowed.Contains($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'")
            select text.Length > 0 ? text : script.Groups["attributes"].Value,
        ];
    }
}
