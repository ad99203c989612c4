using ShapeKit.Kernel.Protocol;

namespace ShapeKit.Kernel.Tests.Protocol;

public sealed class ConnectionInfoTests : IDisposable
{
    private const string Good = """
        {"ip": "127.0.0.1", "transport": "tcp", "shell_port": 1001, "control_port": 1002, "stdin_port": 1003, "iopub_port": 1004, "hb_port": 1005,
         "key": "secret", "signature_scheme": "hmac-sha256", "kernel_name": "shapekit"}
        """;

    private readonly string _path = Path.GetTempFileName();

    [Fact]
    public void A_connection_file_says_where_to_listen()
    {
        ConnectionInfo connection = Load(Good);
        Assert.Equal(
            ("127.0.0.1", 1001, 1002, 1003, 1004, 1005),
            (
                connection.Ip,
                connection.ShellPort,
                connection.ControlPort,
                connection.StdinPort,
                connection.IopubPort,
                connection.HeartbeatPort
            )
        );
    }

    [Theory]
    [InlineData("", "is not JSON as front ends write it")]
    [InlineData("[]", "holds no JSON object")]
    [InlineData("""{"ip": "127.0.0.1"}""", "has no port from 1 to 65535 under \"shell_port\"")]
    [InlineData("""{"ip": "127.0.0.1", "transport": "ipc"}""", "asks for the transport \"ipc\", but only tcp is supported")]
    [InlineData(
        """{"ip": "127.0.0.1", "signature_scheme": "hmac-md5"}""",
        "asks for signatures by \"hmac-md5\", but only hmac-sha256 is supported"
    )]
    [InlineData("""{"shell_port": 1}""", "names no \"ip\"")]
    [InlineData("""{"ip": "127.0.0.1", "shell_port": 70000}""", "has no port from 1 to 65535 under \"shell_port\"")]
    public void A_file_that_cannot_be_used_is_named_with_the_reason(string content, string reason)
    {
        string message = Assert.Throws<KernelStartException>(() => Load(content)).Message;
        Assert.StartsWith($"The connection file {_path} {reason}", message, StringComparison.Ordinal);
        Assert.EndsWith("let the front end start the kernel.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.StartsWith(
            "The connection file /nowhere/c.json can't be read:",
            Assert.Throws<KernelStartException>(() => ConnectionInfo.Load("/nowhere/c.json")).Message,
            StringComparison.Ordinal
        );

    public void Dispose() => File.Delete(_path);

    private ConnectionInfo Load(string content)
    {
        File.WriteAllText(_path, content);
        return ConnectionInfo.Load(_path);
    }
}
