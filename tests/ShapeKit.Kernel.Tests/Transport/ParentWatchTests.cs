using ShapeKit.Kernel.Transport;

namespace ShapeKit.Kernel.Tests.Transport;

public sealed class ParentWatchTests : IDisposable
{
    private readonly SteppedClock _clock = new();
    private readonly ParentWatch _watch;
    private bool _parentLives;
    private bool _listens;
    private bool _listened;
    private bool _abandoned;

    public ParentWatchTests() =>
        _watch = new ParentWatch(
            () => (_listens, _listened |= _listens),
            () => _parentLives,
            TimeSpan.FromSeconds(3),
            TimeSpan.FromSeconds(30),
            () => _abandoned = true,
            _clock
        );

    [Fact]
    public void Whoever_started_it_keeps_it_without_any_listener()
    {
        _parentLives = true;
        _clock.Step(1000);
        Assert.False(_abandoned);
    }

    [Fact]
    public void Whoever_listens_keeps_it_when_its_starter_has_gone()
    {
        _listens = true;
        _clock.Step(1000);
        Assert.False(_abandoned);
    }

    [Fact]
    public void It_is_abandoned_soon_after_starter_and_listener_have_gone()
    {
        _listens = true;
        _clock.Step(10);
        _listens = false;
        _clock.Step(3);
        Assert.False(_abandoned);
        _clock.Step(1);
        Assert.True(_abandoned);
    }

    [Fact]
    public void A_front_end_that_comes_back_in_time_keeps_it()
    {
        for (int i = 0; i < 100; i++)
        {
            _listens = i % 3 == 0;
            _clock.Step(1);
        }

        Assert.False(_abandoned);
    }

    [Fact]
    public void A_front_end_that_has_not_come_yet_is_waited_for()
    {
        _clock.Step(30);
        Assert.False(_abandoned);
        _clock.Step(1);
        Assert.True(_abandoned);
    }

    [Fact]
    public void The_parent_of_a_running_test_lives() => Assert.True(ParentWatch.ParentOfThisProcess()());

    public void Dispose() => _watch.Dispose();

    /// <summary>A clock that goes on by a second when it is told to.</summary>
    private sealed class SteppedClock : TimeProvider, ITimer
    {
        private long _seconds;
        private Action? _tick;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _tick = () => callback(state);
            return this;
        }

        public void Step(int seconds)
        {
            for (int i = 0; i < seconds; i++)
            {
                _seconds++;
                _tick!();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
