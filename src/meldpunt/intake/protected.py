"""Headers that travelled inside the protection (RFC 9788, and the drafts before it).  Pure."""

from meldpunt.intake import mime, textual
from meldpunt.intake.envelope import Unwrapped
from meldpunt.intake.mime import Part


def subject(layers: Unwrapped, root: Part) -> str:
    """The subject inside, where the payload says that its headers are meant; else the outer one.

    Only the root of what the outermost layers held may say so: anything deeper could be
    somebody else's text, quoted or forwarded.
    """
    payload = layers.payload
    if payload is not None and payload is not root and _carries(payload):
        found = payload.first("subject") or _from_legacy_part(payload)
        if found:
            return textual.header_text(found)
    return root.text("subject")


def inside(layers: Unwrapped, root: Part, name: str) -> bytes:
    """A header of the payload that says of itself that it has them; ``b""`` where there is none."""
    payload = layers.payload
    return payload.first(name) if payload is not None and payload is not root and _carries(payload) else b""


def _carries(payload: Part) -> bool:
    words = payload.content.words
    if "hp" in words or words.get("protected-headers", "").lower() in ("v1", "1"):
        return True
    # the oldest form: the first part of a mixed payload is nothing but headers
    return bool(_from_legacy_part(payload))


def _from_legacy_part(payload: Part) -> bytes:
    if payload.type == "multipart/mixed" and payload.parts and _is_legacy(payload.parts[0]):
        return mime.parse(payload.parts[0].data).root.first("subject")
    return b""


def _is_legacy(part: Part) -> bool:
    marked = "protected-headers" in part.content.words or "hp-legacy-display" in part.content.words
    return marked and part.type in ("text/rfc822-headers", "text/plain") and not part.name


def without_legacy_display(payload: Part) -> Part:
    """The payload without the copy of its headers for old programs."""
    if payload.type == "multipart/mixed" and len(payload.parts) > 1 and _is_legacy(payload.parts[0]):
        kept = payload.parts[1:]
    elif payload.parts:
        kept = [without_legacy_display(part) for part in payload.parts]
    else:
        return _without_lines(payload)
    return Part(payload.source, payload.start, payload.split, payload.end, payload.headers, payload.content, kept)


def _without_lines(part: Part) -> Part:
    """RFC 9788 §5: a text that says so begins with header lines and an empty line."""
    if part.type != "text/plain" or part.content.words.get("hp-legacy-display") != "1":
        return part
    body = part.body
    for gap in (b"\r\n\r\n", b"\n\n"):
        if gap in body:
            at = part.split + body.index(gap) + len(gap)
            return Part(part.source, part.start, at, part.end, part.headers, part.content, [])
    return part
