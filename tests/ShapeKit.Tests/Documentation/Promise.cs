namespace ShapeKit.Tests.Documentation;

/// <summary>An input for which the documentation of a member promises an exception.</summary>
/// <param name="Member">The member, as <see cref="Docs"/> writes it.</param>
/// <param name="Exception">The name of the exception's type.</param>
/// <param name="Reason">The words of the documentation that say when it is thrown.</param>
/// <param name="Break">Gives the member such an input; null where a test can't.</param>
/// <param name="Excuse">Why a test can't, or where another one does.</param>
internal sealed record Promise(string Member, string Exception, string Reason, Action? Break, string? Excuse = null)
{
    public static Promise[] Of<TException>(string member, params (string Reason, Action Break)[] inputs)
        where TException : Exception =>
        [.. inputs.Select(input => new Promise(member, typeof(TException).Name, input.Reason, input.Break))];

    public static Promise[] Not<TException>(string member, params (string Reason, string Excuse)[] excused)
        where TException : Exception =>
        [.. excused.Select(excuse => new Promise(member, typeof(TException).Name, excuse.Reason, null, excuse.Excuse))];

    public override string ToString() => $"{Member}, {Exception}: {Reason}";
}
