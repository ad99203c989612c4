using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ShapeKit.Kernel.Transport;

/// <summary>Notices that nobody is left who could use the kernel.</summary>
/// <remarks>
/// The process that started the kernel has gone, which alone proves little: a launcher may end on purpose. So nobody may listen to
/// iopub either, for a while; front ends do as long as they live. A kernel whose starter lives is never ended.
/// </remarks>
internal sealed class ParentWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Func<(bool Now, bool Ever)> _listeners;
    private readonly Func<bool> _parentLives;
    private readonly TimeSpan _silence;
    private readonly TimeSpan _grace;
    private readonly Action _onAbandoned;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private long? _aloneSince;

    /// <param name="listeners">Whether somebody listens to iopub now, or did once.</param>
    /// <param name="parentLives">Whether the starter lives.</param>
    /// <param name="silence">How long nobody listens before the kernel counts as abandoned.</param>
    /// <param name="grace">The same, while nobody has ever listened.</param>
    /// <param name="onAbandoned">Told when the kernel is abandoned.</param>
    /// <param name="clock">Tells the time.</param>
    public ParentWatch(
        Func<(bool Now, bool Ever)> listeners,
        Func<bool> parentLives,
        TimeSpan silence,
        TimeSpan grace,
        Action onAbandoned,
        TimeProvider? clock = null
    )
    {
        _listeners = listeners;
        _parentLives = parentLives;
        _silence = silence;
        _grace = grace;
        _onAbandoned = onAbandoned;
        _clock = clock ?? TimeProvider.System;
        _timer = _clock.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Tells whether the process that started this one lives; asked any time later.</summary>
    public static Func<bool> ParentOfThisProcess()
    {
        if (OperatingSystem.IsWindows())
        {
            Process? parent = ParentOnWindows();
            return () => parent is { HasExited: false };
        }

        // An orphan gets another parent. A launcher that ended before this could be asked has left it with the machine's first process,
        // unless that process says that it is the one: a Jupyter server in a container.
        int parentId = GetParentId();
        bool orphan = parentId == 1 && Environment.GetEnvironmentVariable("JPY_PARENT_PID") != "1";
        return () => !orphan && GetParentId() == parentId;
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        (bool now, bool ever) = _listeners();
        if (now || _parentLives())
        {
            _aloneSince = null;
            return;
        }

        _aloneSince ??= _clock.GetTimestamp();
        if (_clock.GetElapsedTime(_aloneSince.Value) >= (ever ? _silence : _grace))
        {
            _onAbandoned();
        }
    }

    private static Process? ParentOnWindows()
    {
        try
        {
            var information = new ProcessBasicInformation();
            return
                NtQueryInformationProcess(
                    Process.GetCurrentProcess().Handle,
                    0,
                    ref information,
                    Marshal.SizeOf<ProcessBasicInformation>(),
                    out _
                ) == 0
                ? Process.GetProcessById((int)information.ParentId)
                : null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "getppid")]
    private static extern int GetParentId();

    [DllImport("ntdll.dll")]
    private static extern int NtQueryInformationProcess(
        nint process,
        int kind,
        ref ProcessBasicInformation information,
        int length,
        out int written
    );

    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessBasicInformation
    {
        public nint ExitStatus;
        public nint Environment;
        public nint AffinityMask;
        public nint BasePriority;
        public nint Id;
        public nint ParentId;
    }
}
