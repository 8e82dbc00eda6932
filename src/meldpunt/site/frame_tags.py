"""What the frame of every page needs: the switch of languages, and a theme of one's own."""

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def with_language(context: Context, code: str) -> str:
    """The query of this page in another language: all that it asked for stays."""
    asked = context["request"].GET.copy()
    asked["lang"] = code
    return str(asked.urlencode())


def themed() -> str:
    """The link to the theme; none without one."""
    return format_html('<link rel="stylesheet" href="{}">\n', reverse("theme")) if settings.MELDPUNT_THEME else ""


TAGS = (with_language, themed)
