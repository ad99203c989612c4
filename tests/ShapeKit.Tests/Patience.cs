using System.Diagnostics;

namespace ShapeKit.Tests;

/// <summary>Waits for other programs, but not for ever.</summary>
internal static class Patience
{
    /// <summary>All chapters together take a quarter of an hour on two cores.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    /// <summary>Waits for the program's end.</summary>
    public static Task EndAsync(this Process program) => program.Patiently(Ended(program));

    /// <summary>Waits for something that the program does; where it does not come, the program is killed and named.</summary>
    public static async Task<T> Patiently<T>(this Process program, Task<T> awaited)
    {
        try
        {
            return await awaited.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            program.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"{program.StartInfo.FileName} {string.Join(' ', program.StartInfo.ArgumentList)} hung for {Limit.TotalMinutes} minutes "
                    + "and was killed."
            );
        }
    }

    private static async Task<int> Ended(Process program)
    {
        await program.WaitForExitAsync();
        return program.ExitCode;
    }
}
