"""What the frame of every page needs: the switch of languages, and a theme of one's own."""

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def with_language(context: Context, code: str) -> str:
    """The query of this page in another language: all that it asked for stays."""
    asked = context["request"].GET.copy()
    asked["lang"] = code
    return str(asked.urlencode())


@register.simple_tag
def themed() -> str:
    """The link to the theme; none without one."""
    return format_html('<link rel="stylesheet" href="{}">\n', reverse("theme")) if settings.MELDPUNT_THEME else ""
