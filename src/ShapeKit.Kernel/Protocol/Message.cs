using System.Text.Json;

namespace ShapeKit.Kernel.Protocol;

/// <summary>A message that a front end sent, its signature checked.</summary>
/// <param name="Identities">The routing frames before the message: whom a reply goes to.</param>
/// <param name="Header">Who sent it, when, and what it is.</param>
/// <param name="ParentHeader">The header of the message that it answers; an empty object when it answers none.</param>
/// <param name="Metadata">What its sender noted about it.</param>
/// <param name="Content">What it says.</param>
internal sealed record Message(
    IReadOnlyList<byte[]> Identities,
    JsonElement Header,
    JsonElement ParentHeader,
    JsonElement Metadata,
    JsonElement Content
)
{
    public string Type { get; } = Header.Text("msg_type");

    public string Id { get; } = Header.Text("msg_id");
}
