"""Letters from templates, one file per letter and language: ``templates/letters/<language>/``.

The first line of a template is the subject.  Letters are plain text; nothing in them is
escaped, and nothing a reporter wrote is put into one.
"""

from collections.abc import Mapping

from django.template.loader import get_template

from meldpunt.conversation.rules import Draft


def draft(name: str, language: str, words: Mapping[str, object]) -> Draft:
    """Fill in a template: ``acknowledgement``, ``notice``, ``receipt``, ``assessment``, ``reply``."""
    filled = get_template(f"letters/{language}/{name}.txt", using="letters").render(dict(words))
    subject, _, body = filled.strip().partition("\n")
    paragraphs = [paragraph.strip() for paragraph in body.split("\n\n")]
    return Draft(subject.strip(), "\n\n".join(p for p in paragraphs if p) + "\n")
