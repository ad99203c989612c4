using System.Text.RegularExpressions;

namespace ShapeKit.Notebooks.Tests;

/// <summary>What must hold for every page.</summary>
internal static class Page
{
    private static readonly Regex Scripts = new(@"<script>.*?</script>", RegexOptions.Singleline);

    /// <summary>No element but a link names an address on the network, and the page forbids the browser to fetch.</summary>
    public static void AssertFetchesNothing(string html)
    {
        string markup = Scripts.Replace(html, "<script>");
        Assert.DoesNotMatch("""<(?!a\b)[a-zA-Z]+\b[^>]*\s(src|href|srcset|poster|data|action)\s*=\s*["']?\s*(https?:)?//""", markup);
        Assert.DoesNotMatch(@"@import|url\(\s*[""']?\s*(https?:)?//", markup);
        Assert.Contains("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';", markup);
    }
}
