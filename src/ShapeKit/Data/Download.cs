using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using ShapeKit.Runtime;

namespace ShapeKit.Data;

/// <summary>
/// Fetches a file into a draft beside its place, goes on where an earlier attempt stopped, and gives it its name only once its checksum
/// is right.
/// </summary>
internal sealed class Download(Uri address, string md5, string target, IProgress<double> progress)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public void Fetch(CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(target)!,
            draft = target + ".part";
        try
        {
            if (File.Exists(target) && !ImageFile.LeadsNowhere(target) && Md5Of(target) == md5)
            {
                return;
            }

            Directory.CreateDirectory(folder);
            RequireNoFolder(draft);
            RequireNoFolder(target);
            Receive(draft, cancellationToken);
            Keep(draft);
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(
                $"The download of {Path.GetFileName(target)} was stopped; the next attempt goes on from what has come so far.",
                e,
                cancellationToken
            );
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{folder} can't be written to; name a folder in which you may write.", e);
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException or OperationCanceledException { InnerException: TimeoutException })
        {
            string kept =
                File.Exists(draft) && new FileInfo(draft).Length > 0
                    ? "; what has come so far is kept, and the next attempt goes on from there"
                    : "";
            throw new IOException(
                $"{Path.GetFileName(target)} could not be fetched from {address} ({e.Message.TrimEnd('.')}){kept}. Check the network "
                    + $"and try again, or fetch the file with a browser and put it into {folder}.",
                e
            );
        }
    }

    private static void RequireNoFolder(string place)
    {
        if (Directory.Exists(place))
        {
            throw new IOException($"a folder called {place} is in the way; move or remove it");
        }
    }

    /// <summary>Gives a draft its name, or throws it away where it is not the published file.</summary>
    private void Keep(string draft)
    {
        string found = Md5Of(draft);
        if (found != md5)
        {
            File.Delete(draft);
            throw new InvalidDataException(
                $"What came from {address} is not the published {Path.GetFileName(target)}: its MD5 is {found}, it should be {md5}. It "
                    + "was thrown away; try again."
            );
        }

        File.Move(draft, target, overwrite: true);
    }

    private void Receive(string draft, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Patience };
        long before = File.Exists(draft) ? new FileInfo(draft).Length : 0;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = before > 0 ? new RangeHeaderValue(before, null) : null;
        using HttpResponseMessage response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // Everything was there already; the checksum tells whether it is right.
        }

        response.EnsureSuccessStatusCode();
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == before;
        long done = goesOn ? before : 0;
        long? total = done + response.Content.Headers.ContentLength;
        using Stream source = response.Content.ReadAsStream(cancellationToken);
        using var file = new FileStream(draft, goesOn ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.None);
        byte[] buffer = new byte[1 << 16];
        while (true)
        {
            Notebook.ThrowIfStopped();
            int count = Read(source, buffer, cancellationToken);
            if (count == 0)
            {
                break;
            }

            file.Write(buffer, 0, count);
            done += count;
            progress.Report(total is > 0 ? Math.Min(1, (double)done / total.Value) : double.NaN);
        }

        if (done < total)
        {
            throw new IOException($"the connection ended after {done} of {total} bytes");
        }
    }

    /// <summary>Reads what has come, and waits for it no longer than a minute.</summary>
    private static int Read(Stream source, byte[] buffer, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        waiting.CancelAfter(Patience);
        try
        {
            return source.ReadAsync(buffer, waiting.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing has come for {Patience.TotalSeconds:0} seconds");
        }
    }

    /// <summary>The checksum of a file of any length, which is read piece by piece.</summary>
    public static string Md5Of(string path)
    {
        // MedMNIST publishes MD5 sums; here they find damage, not malice.
#pragma warning disable CA5351
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(MD5.HashData(stream));
#pragma warning restore CA5351
    }
}

/// <summary>Shows how far a download is, a line that changes at each whole percent.</summary>
internal sealed class ShownProgress(string what) : IProgress<double>
{
    private int _percent = -1;
    private Action<object>? _update;

    public void Report(double value)
    {
        int now = double.IsNaN(value) ? 0 : (int)(value * 100);
        if (now == _percent || (Notebook.Display is null && now / 10 == _percent / 10 && _percent >= 0))
        {
            return;
        }

        _percent = now;
        string line = string.Create(CultureInfo.InvariantCulture, $"{what}: {now} %");
        if (_update is null)
        {
            _update = Notebook.Show(line);
        }
        else
        {
            _update(line);
        }
    }
}
