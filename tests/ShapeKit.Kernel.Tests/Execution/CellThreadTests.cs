using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class CellThreadTests
{
    [Fact]
    public async Task What_a_cell_left_running_may_go_on_while_the_engine_ends()
    {
        for (int i = 0; i < 200; i++)
        {
            var thread = new CellThread((_, _) => { });
            using var begun = new ManualResetEventSlim();
            Task left = Task.Run(
                () =>
                {
                    for (int k = 0; k < 2000; k++)
                    {
                        thread.Post(_ => { }, null);
                        begun.Set();
                    }
                },
                TestContext.Current.CancellationToken
            );
            begun.Wait(TestContext.Current.CancellationToken);

            thread.Dispose();

            await left;
        }
    }
}
