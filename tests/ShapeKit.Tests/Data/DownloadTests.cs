using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ShapeKit.Data;
using ShapeKit.Tests.Visualization;

namespace ShapeKit.Tests.Data;

[Collection(nameof(NotebookState))]
public sealed class DownloadTests : TemporaryFolder
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 % 253))];

    private string Target => Path.Combine(Folder, "pneumoniamnist.npz");

    private string Draft => Target + ".part";

    [Fact]
    public void The_whole_file_arrives_with_its_progress_and_nothing_else_is_left()
    {
        using var server = new Server(Content);
        var shares = new List<double>();

        string path = Fetch(server, progress: new Listener(shares.Add));

        Assert.Equal(Target, path);
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(Folder));
        Assert.Equal(1, shares[^1]);
        Assert.Equal(shares.Order(), shares);
        Assert.Equal(Fetch(server), path);
        Assert.Single(server.Ranges); // What is there already is not fetched again.
    }

    [Fact]
    public void A_link_to_no_file_makes_way_for_the_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        using var server = new Server(Content);
        File.CreateSymbolicLink(Target, "gone.npz");

        Assert.Equal(Content, File.ReadAllBytes(Fetch(server)));
    }

    [Fact]
    public void An_interrupted_download_leaves_no_file_under_the_final_name_and_goes_on_where_it_stopped()
    {
        using var server = new Server(Content) { BreaksAfter = 100_000 };

        string message = Assert.Throws<IOException>(() => Fetch(server)).Message;

        Assert.Contains("the next attempt goes on from there", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
        long kept = new FileInfo(Draft).Length;
        Assert.InRange(kept, 1, 100_000);

        server.BreaksAfter = null;
        Assert.Equal(Content, File.ReadAllBytes(Fetch(server)));
        Assert.Equal(["", $"bytes={kept}-"], server.Ranges);
        Assert.False(File.Exists(Draft));
    }

    [Fact]
    public void A_server_that_can_only_send_everything_is_understood()
    {
        using var server = new Server(Content) { KnowsRanges = false };
        File.WriteAllBytes(Draft, new byte[1000]);

        Assert.Equal(Content, File.ReadAllBytes(Fetch(server)));
    }

    [Fact]
    public void A_download_that_ended_just_before_its_check_is_not_fetched_again()
    {
        using var server = new Server(Content);
        File.WriteAllBytes(Draft, Content);

        Assert.Equal(Content, File.ReadAllBytes(Fetch(server)));
        Assert.Equal(0, server.Sent);
    }

    [Fact]
    public void A_file_with_another_checksum_is_thrown_away_and_an_older_one_kept()
    {
        using var server = new Server([.. Content, 1]);
        File.WriteAllBytes(Target, [1, 2, 3]);

        string message = Assert.Throws<InvalidDataException>(() => Fetch(server)).Message;

        Assert.Contains("is not the published pneumoniamnist.npz: its MD5 is", message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(Target));
        Assert.False(File.Exists(Draft));
    }

    [Fact]
    public void A_stopped_download_keeps_what_has_come()
    {
        using var server = new Server(Content);
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => Fetch(server, new Listener(_ => stop.Cancel()), stop.Token));

        Assert.False(File.Exists(Target));
        Assert.True(new FileInfo(Draft).Length > 0);
    }

    [Fact]
    public void Without_a_network_it_says_what_to_do()
    {
        var server = new Server(Content);
        server.Dispose();

        string message = Assert.Throws<IOException>(() => Fetch(server)).Message;

        Assert.Contains("Check the network and try again, or fetch the file with a browser", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_missing_file_is_reported_with_its_address()
    {
        using var server = new Server(Content) { Status = HttpStatusCode.NotFound };

        string message = Assert.Throws<IOException>(() => Fetch(server)).Message;

        Assert.Contains($"{server.Address}", message, StringComparison.Ordinal);
        Assert.Contains("404", message, StringComparison.Ordinal);
    }

    private string Fetch(Server server, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
#pragma warning disable CA5351 // MedMNIST publishes MD5 sums.
        string md5 = Convert.ToHexStringLower(MD5.HashData(Content));
#pragma warning restore CA5351
        return MedMnist.Download(
            MedMnistInfo.Of("pneumoniamnist"),
            28,
            server.Address,
            md5,
            Folder,
            progress ?? new Listener(_ => { }),
            cancellationToken
        );
    }

    private sealed class Listener(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    /// <summary>Sends one file from this machine, in whole or from a byte on.</summary>
    private sealed class Server : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly byte[] _content;

        public Server(byte[] content)
        {
            _content = content;
            Address = new Uri($"http://127.0.0.1:{FreePort()}/pneumoniamnist.npz");
            _listener.Prefixes.Add($"http://127.0.0.1:{Address.Port}/");
            _listener.Start();
            _ = ServeAsync();
        }

        public Uri Address { get; }

        public List<string> Ranges { get; } = [];

        public bool KnowsRanges { get; init; } = true;

        public int? BreaksAfter { get; set; }

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public int Sent { get; private set; }

        public void Dispose() => _listener.Close();

        private static int FreePort()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                try
                {
                    Answer(await _listener.GetContextAsync());
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
                {
                    // The client has gone, or the test is over.
                }
            }
        }

        private void Answer(HttpListenerContext context)
        {
            string range = context.Request.Headers["Range"] ?? "";
            Ranges.Add(range);
            int start = KnowsRanges && range.Length > 0 ? int.Parse(range[6..^1]) : 0;
            context.Response.StatusCode = (int)(
                start >= _content.Length ? HttpStatusCode.RequestedRangeNotSatisfiable
                : start > 0 ? HttpStatusCode.PartialContent
                : Status
            );
            if (start >= _content.Length || Status != HttpStatusCode.OK)
            {
                context.Response.Close();
                return;
            }

            if (start > 0)
            {
                context.Response.AddHeader("Content-Range", $"bytes {start}-{_content.Length - 1}/{_content.Length}");
            }

            context.Response.ContentLength64 = _content.Length - start;
            int end = Math.Min(_content.Length, start + (BreaksAfter ?? _content.Length));
            context.Response.OutputStream.Write(_content, start, end - start);
            Sent += end - start;
            if (BreaksAfter is null)
            {
                context.Response.Close();
            }
            else
            {
                context.Response.Abort();
            }
        }
    }
}
