using Microsoft.Data.Sqlite;
using ShapeKit.Review;

namespace ShapeKit.Tests.Review;

/// <summary>What a log says of entries that somebody has changed, that got damaged, or that are older than the chain.</summary>
public sealed class ReviewChainTests : IDisposable
{
    /// <summary>A log as it was begun before there were hashes.</summary>
    private const string OldLog = """
        CREATE TABLE reviews (
            number INTEGER PRIMARY KEY CHECK (number > 0),
            time TEXT NOT NULL,
            reviewer TEXT NOT NULL CHECK (trim(reviewer) <> ''),
            image TEXT NOT NULL CHECK (trim(image) <> ''),
            model TEXT NOT NULL CHECK (trim(model) <> ''),
            draft TEXT NOT NULL CHECK (trim(draft) <> ''),
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            decision TEXT NOT NULL CHECK (decision IN ('Accepted', 'Edited', 'Rejected')),
            final TEXT NOT NULL,
            CHECK ((decision = 'Accepted') = (final = draft)),
            CHECK (decision <> 'Edited' OR trim(final) <> '')
        ) STRICT;
        CREATE TRIGGER reviews_are_not_changed BEFORE UPDATE ON reviews
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: an entry cannot be changed.'); END;
        CREATE TRIGGER reviews_are_not_deleted BEFORE DELETE ON reviews
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: an entry cannot be deleted.'); END;
        CREATE TRIGGER reviews_come_in_order BEFORE INSERT ON reviews
        WHEN NEW.number > 0 AND NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM reviews)
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: a new entry comes after the last.'); END;
        PRAGMA application_id = 1397445196; PRAGMA user_version = 1;
        INSERT INTO reviews (time, reviewer, image, model, draft, confidence, decision, final) VALUES
            ('2026-01-01T08:00:00.000Z', 'A. Reader', 'chest 1', 'a model', 'no nodule .', 0.5, 'Accepted', 'no nodule .'),
            ('2026-01-02T08:00:00.000Z', 'A. Reader', 'chest 2', 'a model', 'no nodule .', 0.5, 'Rejected', ''),
            ('2026-01-03T08:00:00.000Z', 'A. Reader', 'chest 3', 'a model', 'no nodule .', 0.5, 'Accepted', 'no nodule .');
        """;

    private const string WithoutRefusals =
        "DROP TRIGGER reviews_are_not_changed; DROP TRIGGER reviews_are_not_deleted; DROP TRIGGER reviews_come_in_order; "
        + "PRAGMA ignore_check_constraints = ON; ";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("shapekit-");

    private string LogPath => Path.Combine(_folder.FullName, "reviews.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_hash_is_that_of_the_encoding_that_is_described()
    {
        var clock = new Noon();
        var log = new ReviewLog(LogPath, clock);
        var review = new ReviewedDraft("Müller", "胸部 3", "a model", "no nodule .", 0.97, Decision.Rejected, "");

        // printf '0:,1:1,24:2026-03-01T12:00:00.000Z,7:Müller,8:胸部 3,7:a model,11:no nodule .,16:3fef0a3d70a3d70a,8:Rejected,0:,' |
        // sha256sum, and the same with the result and 2.
        Assert.Equal("d96d2436f36818019425c791558b1dcc45c13aeb00a50a102c5ce3d5091db84a", log.Add(review).Hash);
        Assert.Equal("cd0b1d2dfc183bcc7dfea4dcfaee5d410313bc25e92489aba058c20246f9bc1c", log.Add(review).Hash);
    }

    [Fact]
    public void The_chain_of_an_untouched_log_holds_whatever_its_entries_say()
    {
        var log = new ReviewLog(LogPath);
        Assert.Equal("0 entries.", log.Verify().ToString());
        ReviewedDraft review = ReviewWriter.Entry("A. Reader", 1);
        log.Add(review);
        log.Add([
            review with
            {
                Confidence = -0.0,
                Reviewer = "a whole character \U0001FAC1",
                Final = "a\0b\r\n'1:x,'",
            },
            review with
            {
                Confidence = double.Epsilon,
            },
        ]);
        new ReviewLog(LogPath).Add(review with { Confidence = 1 });

        LogVerification verified = log.Verify();

        Assert.True(verified.Holds);
        Assert.Equal((4, 1, 0), (verified.Entries, verified.ChainBegins, verified.Unreadable.Count));
        Assert.Equal("4 entries. The chain holds.", verified.ToString());
        Assert.Equal(4, log.Read().Select(entry => entry.Hash).Distinct().Count());
    }

    [Theory]
    [InlineData("UPDATE reviews SET reviewer = 'nobody' WHERE number = 3", 3)]
    [InlineData("UPDATE reviews SET time = '2025-01-01T00:00:00.000Z' WHERE number = 1", 1)]
    [InlineData("UPDATE reviews SET confidence = 0.25 WHERE number = 2", 2)]
    [InlineData("UPDATE reviews SET draft = image, image = draft WHERE number = 5", 5)]
    [InlineData("UPDATE reviews SET image = image || model, model = 'x' WHERE number = 4", 4)]
    [InlineData("UPDATE reviews SET hash = NULL WHERE number = 3", 3)]
    [InlineData("UPDATE reviews SET hash = (SELECT hash FROM reviews WHERE number = 2) WHERE number = 3", 3)]
    [InlineData("DELETE FROM reviews WHERE number = 2", 3)]
    [InlineData("DELETE FROM reviews WHERE number = 2; UPDATE reviews SET number = number - 1 WHERE number > 2", 2)]
    [InlineData("INSERT INTO reviews SELECT 6, time, 'nobody', image, model, draft, 0, decision, final, hash FROM reviews LIMIT 1", 6)]
    [InlineData(
        "UPDATE reviews SET number = 9 WHERE number = 1; UPDATE reviews SET number = 1 WHERE number = 2; UPDATE reviews SET number = 2 "
            + "WHERE number = 9",
        1
    )]
    public void Whoever_takes_the_refusals_out_and_changes_an_entry_is_found_out(string forgery, int broken)
    {
        var log = new ReviewLog(LogPath);
        log.Add([.. Enumerable.Range(1, 5).Select(i => ReviewWriter.Entry("A. Reader", i))]);

        Run(WithoutRefusals + forgery);

        Assert.Equal(broken, log.Verify().FirstBroken);
        Assert.False(log.Verify().Holds);
        Assert.Contains($"The chain breaks at entry {broken}.", log.Verify().ToString(), StringComparison.Ordinal);
        log.Add(ReviewWriter.Entry("B. Reader", 1));
        Assert.Equal(broken, log.Verify().FirstBroken);
    }

    [Fact]
    public void Entries_cut_off_or_all_made_anew_escape_the_chain_but_not_a_hash_that_was_noted()
    {
        var log = new ReviewLog(LogPath);
        log.Add([.. Enumerable.Range(1, 5).Select(i => ReviewWriter.Entry("A. Reader", i))]);
        string noted = log.Read()[^1].Hash!;
        log.Add(ReviewWriter.Entry("A. Reader", 6));
        Assert.Equal(noted, log.Read()[4].Hash);

        Run(WithoutRefusals + "DELETE FROM reviews WHERE number > 4");
        Assert.True(log.Verify().Holds);
        Assert.DoesNotContain(noted, log.Read().Select(entry => entry.Hash));

        File.Delete(LogPath);
        log = new ReviewLog(LogPath);
        log.Add([.. Enumerable.Range(1, 5).Select(i => ReviewWriter.Entry("nobody", i))]);
        Assert.True(log.Verify().Holds);
        Assert.DoesNotContain(noted, log.Read().Select(entry => entry.Hash));
    }

    [Fact]
    public void An_old_log_opens_and_says_where_its_chain_begins()
    {
        Run(OldLog);
        var log = new ReviewLog(LogPath);

        Assert.Equal(["chest 1", "chest 2", "chest 3"], log.Read().Select(entry => entry.Review.Image));
        Assert.All(log.Read(), entry => Assert.Null(entry.Hash));
        Assert.Equal(new LogVerification(3, null, null, []).ToString(), log.Verify().ToString());
        Assert.Equal("3 entries. All were written before the chain began.", log.Verify().ToString());

        log.Add([ReviewWriter.Entry("B. Reader", 4), ReviewWriter.Entry("B. Reader", 5)]);
        new ReviewLog(LogPath).Add(ReviewWriter.Entry("B. Reader", 6));
        Assert.Equal("6 entries. The chain holds; entries before 4 were written before it began.", log.Verify().ToString());
        Assert.Equal("ok", Run("PRAGMA integrity_check"));
        Assert.Throws<SqliteException>(() => Run("DELETE FROM reviews"));
        Assert.Throws<SqliteException>(() =>
            Run(
                "INSERT INTO reviews SELECT 7, datetime('now'), reviewer, image, model, draft, confidence, decision, final, hash "
                    + "FROM reviews WHERE number = 6"
            )
        );

        Run(WithoutRefusals + "UPDATE reviews SET confidence = 0.25 WHERE number = 2");
        Assert.Equal((4L, 4L), (log.Verify().ChainBegins, log.Verify().FirstBroken));
    }

    [Fact]
    public void An_old_log_with_a_column_of_its_own_keeps_it_until_its_owner_takes_it_out()
    {
        Run(OldLog + "ALTER TABLE reviews ADD COLUMN note TEXT DEFAULT 'seen twice'");
        byte[] before = File.ReadAllBytes(LogPath);

        string message = Assert.Throws<InvalidDataException>(() => new ReviewLog(LogPath)).Message;

        Assert.Contains("with columns of its own (note), which would be lost", message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(LogPath));
        Run("ALTER TABLE reviews DROP COLUMN note");
        Assert.Equal(3, new ReviewLog(LogPath).Read().Count);
        Assert.Equal("ok", Run("PRAGMA integrity_check"));
    }

    [Fact]
    public void An_old_log_and_a_new_one_end_up_with_the_same_table()
    {
        const string Schema = "SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)";
        _ = new ReviewLog(LogPath);
        string? begun = Run(Schema);
        File.Delete(LogPath);
        Run(OldLog);
        _ = new ReviewLog(LogPath);

        Assert.Equal(begun, Run(Schema));
        Assert.Equal("2", Run("PRAGMA user_version"));
    }

    [Theory]
    [InlineData(
        "time = datetime('2026-01-01 08:00')",
        "Its time is '2026-01-01 08:00:00', which does not read like 2026-01-31T08:30:00.000Z."
    )]
    [InlineData("decision = '1'", "Its decision is '1', which is none of Accepted, Edited, Rejected.")]
    [InlineData("confidence = 7", "The confidence is 7.")]
    [InlineData("reviewer = char(9)", "The review has no reviewer.")]
    [InlineData("final = 'another .'", "The draft was accepted, but the final text is another one.")]
    public void An_entry_that_cannot_be_read_is_named_and_spoils_no_other(string damage, string reason)
    {
        Run(OldLog);
        Run(
            $"{WithoutRefusals} UPDATE reviews SET {damage} WHERE number = 3; INSERT INTO reviews SELECT 4, '2026-01-04T08:00:00.000Z', "
                + "reviewer, 'chest 4', model, draft, confidence, decision, final FROM reviews WHERE number = 1"
        );
        var log = new ReviewLog(LogPath);
        log.Add(ReviewWriter.Entry("B. Reader", 5));

        Assert.Equal([1, 2, 4, 5], log.Read().Select(entry => entry.Number));
        Assert.Equal([new UnreadableEntry(3, reason)], log.Verify().Unreadable);
        Assert.True(log.Verify().Holds);
        Assert.EndsWith($"Entry 3 can't be read: {reason}", log.Verify().ToString(), StringComparison.Ordinal);
        Assert.EndsWith("4 decisions, 2 accepted, 1 edited, 1 rejected, 1 more unreadable", log.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_damaged_byte_spoils_one_entry_or_is_named_as_damage_of_the_file(bool old)
    {
        Run(OldLog);
        if (!old)
        {
            File.Delete(LogPath);
            new ReviewLog(LogPath).Add([.. Enumerable.Range(1, 3).Select(i => ReviewWriter.Entry("A. Reader", i))]);
        }

        byte[] whole = File.ReadAllBytes(LogPath);
        var random = new Random(1);
        int read = 0,
            refused = 0;
        for (int i = 0; i < 160; i++)
        {
            byte[] damaged = [.. whole];
            int place = i < 100 ? i : random.Next(whole.Length);
            if (place == 18)
            {
                continue; // Here the file says that only a later SQLite may write it.
            }

            damaged[place] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(LogPath, damaged);
            try
            {
                var log = new ReviewLog(LogPath);
                LogVerification verified = log.Verify();
                Assert.Equal(verified.Entries, log.Read().Count + verified.Unreadable.Count);
                read++;
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(LogPath, e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(read, 1, 159);
        Assert.InRange(refused, 1, 159);
    }

    [Fact]
    public void Every_damaged_byte_of_an_entry_is_found()
    {
        new ReviewLog(LogPath).Add([.. Enumerable.Range(1, 3).Select(i => ReviewWriter.Entry("A. Reader", i))]);
        byte[] whole = File.ReadAllBytes(LogPath);
        int place = whole.AsSpan().IndexOf("A. Readerchest 2"u8);
        Assert.True(place > 0);

        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = [.. whole];
            damaged[place + i] ^= 1;
            File.WriteAllBytes(LogPath, damaged);

            Assert.Equal(2, new ReviewLog(LogPath).Verify().FirstBroken);
        }
    }

    private string? Run(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={LogPath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }

    private sealed class Noon : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    }
}
