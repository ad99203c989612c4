using System.Text;
using System.Text.Json;

namespace ShapeKit.Kernel.Protocol;

/// <summary>Where a front end expects the kernel, and the key both sign with: the content of a connection file.</summary>
/// <remarks>Jupyter client documentation, "Making kernels for Jupyter", section "Connection files".</remarks>
public sealed class ConnectionInfo
{
    private ConnectionInfo(string ip, int shell, int control, int stdin, int iopub, int heartbeat, byte[] key)
    {
        Ip = ip;
        ShellPort = shell;
        ControlPort = control;
        StdinPort = stdin;
        IopubPort = iopub;
        HeartbeatPort = heartbeat;
        Key = key;
    }

    public string Ip { get; }

    public int ShellPort { get; }

    public int ControlPort { get; }

    public int StdinPort { get; }

    public int IopubPort { get; }

    public int HeartbeatPort { get; }

    /// <summary>The key of the signatures; empty when messages are not signed.</summary>
    internal byte[] Key { get; }

    /// <summary>Reads a connection file.</summary>
    /// <exception cref="KernelStartException">The file is missing, is not what a front end writes, or asks for what this kernel cannot
    /// do.</exception>
    public static ConnectionInfo Load(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KernelStartException(
                $"The connection file {path} can't be read: {e.Message} A front end writes it; let it start the kernel.",
                e
            );
        }

        try
        {
            using var document = JsonDocument.Parse(content);
            return Read(document.RootElement, path);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new KernelStartException(
                $"The connection file {path} is not JSON as front ends write it; let the front end start the kernel.",
                e
            );
        }
    }

    private static ConnectionInfo Read(JsonElement root, string path)
    {
        KernelStartException Wrong(string what) => new($"The connection file {path} {what}; let the front end start the kernel.");
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("holds no JSON object");
        }

        int Port(string name) =>
            root.Number(name) is { } port and > 0 and <= 65535 ? port : throw Wrong($"has no port from 1 to 65535 under \"{name}\"");
        string transport = root.Text("transport", "tcp");
        string scheme = root.Text("signature_scheme", "hmac-sha256");
        return transport != "tcp" ? throw Wrong($"asks for the transport \"{transport}\", but only tcp is supported")
            : scheme is not ("hmac-sha256" or "") ? throw Wrong($"asks for signatures by \"{scheme}\", but only hmac-sha256 is supported")
            : root.Text("ip") is not { Length: > 0 } ip ? throw Wrong("names no \"ip\"")
            : new ConnectionInfo(
                ip,
                Port("shell_port"),
                Port("control_port"),
                Port("stdin_port"),
                Port("iopub_port"),
                Port("hb_port"),
                Encoding.UTF8.GetBytes(root.Text("key"))
            );
    }
}

/// <summary>The kernel cannot start; the message says why and what to do.</summary>
public sealed class KernelStartException : Exception
{
    public KernelStartException() { }

    public KernelStartException(string message)
        : base(message) { }

    public KernelStartException(string message, Exception innerException)
        : base(message, innerException) { }
}
