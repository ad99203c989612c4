using System.Diagnostics;
using Microsoft.Data.Sqlite;
using ShapeKit.Review;

namespace ShapeKit.Tests.Review;

public sealed class ReviewLogTests : IDisposable
{
    private static readonly ReviewedDraft Accepted = new(
        "A. Reader",
        "chest 1",
        "first model",
        "no nodule .",
        0.97,
        Decision.Accepted,
        "no nodule ."
    );
    private static readonly ReviewedDraft Edited = new(
        "B. Reader",
        "chest 2",
        "first model",
        "right upper zone : small nodule .",
        0.4,
        Decision.Edited,
        "left upper zone : small nodule ."
    );
    private static readonly ReviewedDraft Rejected = new(
        "A. Reader",
        "胸部 3; DROP TABLE reviews",
        "second model",
        "it's “nothing”",
        0,
        Decision.Rejected,
        ""
    );

    private const string EntryColumns = "time, reviewer, image, model, draft, confidence, decision, final";

    private static readonly string SomeHash = new('a', 64);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shapekit-");

    private string LogPath => Path.Combine(_folder.FullName, "reviews.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Entries_come_back_as_they_were_written_numbered_and_with_their_time()
    {
        var clock = new Clock(new DateTimeOffset(2026, 3, 1, 9, 30, 0, 123, TimeSpan.FromHours(9)));
        ReviewEntry first = new ReviewLog(LogPath, clock).Add(Accepted);
        clock.Now += TimeSpan.FromMinutes(1);
        ReviewLog reopened = new(LogPath, clock);
        IReadOnlyList<ReviewEntry> others = reopened.Add([Edited, Rejected]);

        Assert.Equal([first, .. others], reopened.Read());
        Assert.Equal([Accepted, Edited, Rejected], reopened.Read().Select(entry => entry.Review));
        Assert.Equal([1, 2, 3], reopened.Read().Select(entry => entry.Number));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 0, 30, 0, 123, TimeSpan.Zero), first.Time);
        Assert.Equal(TimeSpan.Zero, reopened.Read()[1].Time.Offset);
        Assert.Equal(TimeSpan.FromMinutes(1), others[0].Time - first.Time);
        Assert.Equal("reviews.db: 3 decisions, 1 accepted, 1 edited, 1 rejected", reopened.ToString());
        Assert.Equal("1, 2026-03-01 00:30:00 UTC, A. Reader, chest 1: Accepted", first.ToString());
    }

    [Fact]
    public void To_open_a_log_and_to_read_it_leaves_its_file_as_it_is()
    {
        new ReviewLog(LogPath).Add(Accepted);
        byte[] before = File.ReadAllBytes(LogPath);

        var log = new ReviewLog(LogPath);
        Assert.Single(log.Read());
        Assert.True(log.Verify().Holds);

        Assert.Equal(before, File.ReadAllBytes(LogPath));
    }

    [Fact]
    public void A_new_log_is_empty_and_its_folder_is_made()
    {
        var log = new ReviewLog(Path.Combine(_folder.FullName, "deep", "deeper", "reviews.db"));

        Assert.Empty(log.Read());
        Assert.Equal(["reviews.db"], Directory.GetFiles(Path.Combine(_folder.FullName, "deep", "deeper")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_new_log_can_be_read_by_its_owner_alone_until_its_owner_opens_it_to_others()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        var log = new ReviewLog(LogPath);
        log.Add(Accepted);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogPath));

        File.SetUnixFileMode(LogPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        new ReviewLog(LogPath).Add(Edited);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(LogPath));
    }

    [Theory]
    [InlineData("UPDATE reviews SET decision = 'Accepted', final = draft")]
    [InlineData("UPDATE reviews SET reviewer = 'nobody' WHERE number = 1")]
    [InlineData("DELETE FROM reviews")]
    [InlineData("DELETE FROM reviews WHERE number = 2")]
    [InlineData(
        "INSERT OR REPLACE INTO reviews SELECT 1, time, 'nobody', image, model, draft, confidence, decision, final, hash FROM reviews WHERE "
            + "number = 2"
    )]
    [InlineData(
        "INSERT INTO reviews SELECT 7, time, 'nobody', image, model, draft, confidence, decision, final, hash FROM reviews WHERE number = 2"
    )]
    [InlineData(
        "INSERT INTO reviews SELECT -1, time, 'nobody', image, model, draft, confidence, decision, final, hash FROM reviews WHERE number = 2"
    )]
    [InlineData("UPDATE OR REPLACE reviews SET number = 1 WHERE number = 2")]
    public void The_database_itself_refuses_to_change_or_to_forget_an_entry(string sql)
    {
        var log = new ReviewLog(LogPath);
        log.Add([Accepted, Edited]);
        IReadOnlyList<ReviewEntry> before = log.Read();

        Assert.Throws<SqliteException>(() => Run(sql));

        Assert.Equal(before, log.Read());
    }

    [Theory]
    [InlineData("'', 'x', 'x', 'x', 0.5, 'Rejected', ''")]
    [InlineData("'x', ' ', 'x', 'x', 0.5, 'Rejected', ''")]
    [InlineData("'x', 'x', '', 'x', 0.5, 'Rejected', ''")]
    [InlineData("'x', 'x', 'x', '', 0.5, 'Rejected', ''")]
    [InlineData("char(9, 160, 12288), 'x', 'x', 'x', 0.5, 'Rejected', ''")]
    [InlineData("'x', 'x', 'x', 'x', 1.5, 'Rejected', ''")]
    [InlineData("'x', 'x', 'x', 'x', NULL, 'Rejected', ''")]
    [InlineData("'x', 'x', 'x', 'x', 'sure', 'Rejected', ''")]
    [InlineData("'x', 'x', 'x', 'x', 0.5, 'Perhaps', ''")]
    [InlineData("'x', 'x', 'x', 'x', 0.5, 'Accepted', 'y'")]
    [InlineData("'x', 'x', 'x', 'x', 0.5, 'Edited', 'x'")]
    [InlineData("'x', 'x', 'x', 'x', 0.5, 'Edited', ''")]
    [InlineData("'x', 'x', 'x', 'x', 0.5, 'Edited', char(9)")]
    public void The_database_refuses_an_entry_that_cannot_be_true(string values) =>
        AssertRefused($"'2026-01-01T00:00:00.000Z', {values}, '{SomeHash}'", "SQLite Error 19");

    [Theory]
    [InlineData("datetime('now')")]
    [InlineData("'2026-01-01T00:00:00Z'")]
    [InlineData("'2026-01-01T00:00:00.000'")]
    [InlineData("'2026-01-01T00:00:00.000+00:00'")]
    [InlineData("'2026-02-30T00:00:00.000Z'")]
    [InlineData("'2026-01-01T24:00:00.000Z'")]
    [InlineData("'2026-01-01T23:59:60.000Z'")]
    [InlineData("'0000-01-01T00:00:00.000Z'")]
    [InlineData("'yesterday'")]
    [InlineData("''")]
    public void The_database_refuses_a_time_that_cannot_be_read(string time) =>
        AssertRefused($"{time}, 'x', 'x', 'x', 'x', 0.5, 'Rejected', '', '{SomeHash}'", "constraint failed: time");

    [Theory]
    [InlineData("NULL", "carries a hash")]
    [InlineData("''", "constraint failed: length(hash)")]
    [InlineData("upper(printf('%064x', 10))", "constraint failed: length(hash)")]
    public void The_database_refuses_an_entry_without_a_hash(string hash, string expected) =>
        AssertRefused($"'2026-01-01T00:00:00.000Z', 'x', 'x', 'x', 'x', 0.5, 'Rejected', '', {hash}", expected);

    [Theory]
    [InlineData(0)]
    [InlineData(-62135596800000)]
    [InlineData(253402300799999)]
    [InlineData(1709251199999)]
    public void Every_time_of_a_clock_is_taken_to_the_millisecond(long sinceEpoch)
    {
        var clock = new Clock(DateTimeOffset.FromUnixTimeMilliseconds(sinceEpoch));
        var log = new ReviewLog(LogPath, clock);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(clock.Now, log.Add(Accepted).Time);
            clock.Now = DateTimeOffset.FromUnixTimeMilliseconds(sinceEpoch + ((sinceEpoch > 0 ? -1 : 1) * (i * 37)));
        }
    }

    public static TheoryData<ReviewedDraft, string> Untrue =>
        new()
        {
            { Accepted with { Reviewer = " " }, "no reviewer" },
            { Accepted with { Image = "" }, "no image" },
            { Accepted with { Model = "" }, "no model" },
            { Accepted with { Draft = "", Final = "" }, "no draft" },
            { Accepted with { Confidence = double.NaN }, "The confidence is NaN" },
            { Accepted with { Confidence = 1.01 }, "The confidence is 1.01" },
            { Accepted with { Decision = (Decision)3 }, "The decision is none" },
            { Accepted with { Final = null! }, "The final text is null" },
            { Accepted with { Final = "another ." }, "call it Edited" },
            { Edited with { Final = Edited.Draft }, "call it Accepted" },
            { Rejected with { Final = Rejected.Draft }, "call it Accepted" },
            { Edited with { Final = " " }, "call it Rejected" },
            { Edited with { Final = "a nodule \ud83d" }, "half a character" },
            { Accepted with { Reviewer = "\udc00 me" }, "half a character" },
        };

    [Theory]
    [MemberData(nameof(Untrue))]
    public void An_entry_that_cannot_be_true_is_named_and_nothing_of_its_batch_is_written(ReviewedDraft review, string expected)
    {
        var log = new ReviewLog(LogPath);

        Assert.Contains(expected, Assert.Throws<ArgumentException>(() => log.Add([Accepted, review])).Message, StringComparison.Ordinal);
        Assert.Empty(log.Read());
    }

    [Fact]
    public void What_is_not_a_log_is_left_alone()
    {
        string text = Path.Combine(_folder.FullName, "notes.txt"),
            database = Path.Combine(_folder.FullName, "other.db");
        File.WriteAllText(text, new string('x', 5000));
        Run("CREATE TABLE patients (name TEXT)", database);
        byte[] before = File.ReadAllBytes(database);

        Assert.Contains(
            "notes.txt is not a review log (file is not a database); restore it from a copy, or name another file.",
            Assert.Throws<InvalidDataException>(() => new ReviewLog(text)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "other.db is a database, but not a review log; name another file.",
            Assert.Throws<InvalidDataException>(() => new ReviewLog(database)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(new string('x', 5000), File.ReadAllText(text));
        Assert.Equal(before, File.ReadAllBytes(database));
    }

    [Fact]
    public void A_log_is_found_through_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        new ReviewLog(LogPath).Add(Accepted);
        string link = Path.Combine(_folder.FullName, "link.db");
        File.CreateSymbolicLink(link, "reviews.db");

        Assert.Single(new ReviewLog(link).Read());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(3000)]
    [InlineData(4095)]
    public void A_log_that_is_cut_off_is_neither_taken_for_an_empty_one_nor_written_on(int lost)
    {
        var log = new ReviewLog(LogPath);
        log.Add([.. Enumerable.Repeat(Accepted, 5)]);
        byte[] cut = File.ReadAllBytes(LogPath)[..^lost];
        File.WriteAllBytes(LogPath, cut);

        AssertDamaged(log);
        Assert.Equal(cut, File.ReadAllBytes(LogPath));
    }

    [Fact]
    public void A_log_with_a_page_of_zeros_is_neither_taken_for_an_empty_one_nor_written_on()
    {
        var log = new ReviewLog(LogPath);
        log.Add([.. Enumerable.Repeat(Accepted, 5)]);
        byte[] bytes = File.ReadAllBytes(LogPath);
        bytes.AsSpan(bytes.Length - 4096).Clear();
        File.WriteAllBytes(LogPath, bytes);

        AssertDamaged(log);
    }

    private void AssertDamaged(ReviewLog log)
    {
        Action[] uses = [() => log.Read(), () => log.Add(Accepted), () => log.Verify(), () => _ = new ReviewLog(LogPath)];
        Assert.All(uses, use =>
            Assert.StartsWith(
                $"The review log {LogPath} is damaged (",
                Assert.Throws<InvalidDataException>(use).Message,
                StringComparison.Ordinal
            )
        );
    }

    [Fact]
    public void A_log_whose_version_another_program_has_set_back_is_brought_up_to_date_again()
    {
        ReviewEntry entry = new ReviewLog(LogPath).Add(Accepted);
        Run("PRAGMA user_version = 1");

        var log = new ReviewLog(LogPath);

        Assert.Equal([entry], log.Read());
        Assert.Equal("2", Run("PRAGMA user_version"));
    }

    [Fact]
    public void A_log_of_a_later_version_and_one_that_was_replaced_are_named()
    {
        var log = new ReviewLog(LogPath);
        Run("PRAGMA user_version = 3");
        Assert.Contains(
            "is a review log of version 3",
            Assert.Throws<InvalidDataException>(() => new ReviewLog(LogPath)).Message,
            StringComparison.Ordinal
        );

        Run("PRAGMA user_version = -1");
        Assert.Contains(
            "restore it from a copy",
            Assert.Throws<InvalidDataException>(() => new ReviewLog(LogPath)).Message,
            StringComparison.Ordinal
        );

        Run("DROP TABLE reviews");
        Assert.Contains("is damaged (no such table", Assert.Throws<InvalidDataException>(log.Read).Message, StringComparison.Ordinal);
        File.WriteAllText(LogPath, new string('x', 5000));
        Assert.Contains(
            "is not a review log",
            Assert.Throws<InvalidDataException>(() => log.Add(Accepted)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Where_nothing_can_be_written_the_log_says_so()
    {
        string file = Path.Combine(_folder.FullName, "a file");
        File.WriteAllText(file, "");

        string path = Path.Combine(file, "reviews.db");
        Assert.Equal(
            $"The folder of the review log {path} cannot be made; name a file in another folder.",
            Assert.Throws<IOException>(() => new ReviewLog(path)).Message
        );
        Assert.StartsWith(
            $"{_folder.FullName} is a folder; name a file in it",
            Assert.Throws<IOException>(() => new ReviewLog(_folder.FullName)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("no file name", Assert.Throws<ArgumentException>(() => new ReviewLog(" ")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_that_only_the_database_refuses_is_not_taken_for_a_bad_path()
    {
        var log = new ReviewLog(LogPath);

        using (var other = new SqliteConnection($"Data Source={LogPath};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = "CREATE TRIGGER closed BEFORE INSERT ON reviews BEGIN SELECT RAISE(ABORT, 'closed on Sundays'); END";
            command.ExecuteNonQuery();
        }

        string message = Assert.Throws<ArgumentException>(() => log.Add(Accepted)).Message;

        Assert.StartsWith($"The review log {LogPath} refuses the entry (closed on Sundays", message, StringComparison.Ordinal);
        Assert.Empty(log.Read());
    }

    [Theory]
    [InlineData("BEGIN IMMEDIATE")]
    [InlineData("BEGIN EXCLUSIVE")]
    public void A_log_that_another_program_keeps_locked_is_named_in_time_and_stays_readable_afterwards(string lockIt)
    {
        var log = new ReviewLog(LogPath) { Patience = 2 };
        using (var other = new SqliteConnection($"Data Source={LogPath};Pooling=False"))
        {
            other.Open();
            using SqliteCommand command = other.CreateCommand();
            command.CommandText = lockIt;
            command.ExecuteNonQuery();

            var watch = Stopwatch.StartNew();
            Assert.Contains("keeps the review log", Assert.Throws<IOException>(() => log.Add(Accepted)).Message, StringComparison.Ordinal);
            Assert.InRange(watch.Elapsed.TotalSeconds, 1.5, 3.5);
        }

        Assert.Empty(log.Read());
        Assert.Equal(1, log.Add(Accepted).Number);
    }

    [Fact]
    public void A_log_whose_file_is_gone_says_so_and_makes_no_other()
    {
        var log = new ReviewLog(LogPath);
        log.Add(Accepted);
        File.Delete(LogPath);

        foreach (Action use in (Action[])[() => log.Read(), () => log.Add(Edited), () => log.Verify(), () => _ = log.ToString()])
        {
            FileNotFoundException gone = Assert.Throws<FileNotFoundException>(use);
            Assert.Equal($"The review log {LogPath} is gone; put it back, or begin another with new ReviewLog.", gone.Message);
            Assert.Equal(LogPath, gone.FileName);
        }

        Assert.Empty(_folder.GetFiles());
        Directory.CreateDirectory(LogPath);
        Assert.Contains("cannot be opened", Assert.Throws<IOException>(log.Read).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_writers_in_one_program_lose_and_mix_nothing()
    {
        await Task.WhenAll(Write("A"), Write("B"));

        AssertWhole(writers: 2, entries: 100);

        Task Write(string reviewer) =>
            Task.Run(() =>
            {
                var log = new ReviewLog(LogPath);
                for (int i = 0; i < 50; i++)
                {
                    log.Add(ReviewWriter.Entry(reviewer, i));
                }
            });
    }

    [Fact]
    public async Task Two_programs_that_begin_and_write_the_same_log_lose_and_mix_nothing()
    {
        using Process first = ReviewWriter.Start(ReviewWriter.Task.Forty, LogPath),
            second = ReviewWriter.Start(ReviewWriter.Task.Forty, LogPath);
        string[] numbers = await Task.WhenAll(
            first.Patiently(first.StandardOutput.ReadToEndAsync()),
            second.Patiently(second.StandardOutput.ReadToEndAsync())
        );

        Assert.Equal(
            Enumerable.Range(1, 80),
            string.Concat(numbers).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).Order()
        );
        AssertWhole(writers: 2, entries: 80);
    }

    [Fact]
    public async Task A_writer_that_is_killed_leaves_all_that_it_reported_and_nothing_half()
    {
        for (int round = 1; round <= 2; round++)
        {
            using Process writer = ReviewWriter.Start(ReviewWriter.Task.Endless, LogPath);
            int reported = 0;
            for (int line = 0; line < 10; line++)
            {
                reported = int.Parse(
                    (await writer.Patiently(writer.StandardOutput.ReadLineAsync()))!,
                    System.Globalization.CultureInfo.InvariantCulture
                );
            }

            writer.Kill();
            await writer.EndAsync();

            int found = new ReviewLog(LogPath).Read().Count;
            Assert.InRange(found, reported, int.MaxValue);
            AssertWhole(writers: round, entries: found);
        }
    }

    [Fact]
    public async Task Of_a_transaction_whose_writer_was_killed_nothing_remains()
    {
        var log = new ReviewLog(LogPath);
        log.Add(ReviewWriter.Entry("before", 0));
        long size = new FileInfo(LogPath).Length;
        using Process writer = ReviewWriter.Start(ReviewWriter.Task.Half, LogPath);
        Assert.Equal("half", await writer.Patiently(writer.StandardOutput.ReadLineAsync()));

        writer.Kill();
        await writer.EndAsync();

        Assert.True(new FileInfo(LogPath).Length > size + 1_000_000, "The killed writer had written into the file.");
        AssertWhole(writers: 1, entries: 1);
        Assert.Equal(2, log.Add(ReviewWriter.Entry("before", 1)).Number);
        AssertWhole(writers: 1, entries: 2);
        Assert.Equal(["reviews.db"], _folder.GetFiles().Select(file => file.Name));
    }

    /// <summary>The file is sound, the numbers have no gap, and each writer's entries are whole and in order.</summary>
    private void AssertWhole(int writers, int entries)
    {
        IReadOnlyList<ReviewEntry> all = new ReviewLog(LogPath).Read();
        Assert.Equal(Enumerable.Range(1, entries).Select(number => (long)number), all.Select(entry => entry.Number));
        IGrouping<string, ReviewEntry>[] groups = [.. all.GroupBy(entry => entry.Review.Reviewer)];
        Assert.Equal(writers, groups.Length);
        Assert.All(groups, group =>
            Assert.Equal(
                Enumerable.Range(0, group.Count()).Select(i => ReviewWriter.Entry(group.Key, i)),
                group.Select(entry => entry.Review)
            )
        );
        Assert.Equal("ok", Run("PRAGMA integrity_check"));
    }

    private void AssertRefused(string values, string expected)
    {
        var log = new ReviewLog(LogPath);

        Assert.Contains(
            expected,
            Assert.Throws<SqliteException>(() => Run($"INSERT INTO reviews ({EntryColumns}, hash) VALUES ({values})")).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(log.Read());
        Run(
            $"INSERT INTO reviews ({EntryColumns}, hash) VALUES "
                + $"('2026-01-01T00:00:00.000Z', 'x', 'x', 'x', 'x', 0, 'Rejected', '', '{SomeHash}')"
        );
        Assert.Single(log.Read());
    }

    private string? Run(string sql, string? path = null)
    {
        using var connection = new SqliteConnection($"Data Source={path ?? LogPath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
