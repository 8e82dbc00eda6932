"""What holds on every page, measured in the browser.  Each gives what is wrong in words; nothing when all is well."""

import re
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROWEST = {"width": 320, "height": 640}  # a small telephone; and what is left of 1280 at 400 %
USUAL = {"width": 1280, "height": 900}
# A house with a theme is shown without it, one without wears the example: the sheet lies where the link to one would.
THEME = Path(__file__).parents[2] / "docs" / "theme-harbour.css"
OTHER_THEME = """css => {
  const theme = document.querySelector('link[href$="/theme.css"]'), sheet = new CSSStyleSheet();
  if (theme) return void (theme.disabled = true);
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
}"""
OWN_THEME = """() => {
  const theme = document.querySelector('link[href$="/theme.css"]');
  if (theme) theme.disabled = false;
  document.adoptedStyleSheets = [];
}"""
RUN = """options => axe.run(document, options).then(found => found.violations.flatMap(one => one.nodes.map(node => {
  const why = node.any[0] || node.all[0] || node.none[0] || {};
  return `${one.id}: ${node.target.join(' ')}: ${why.message}`;
})))"""


def everything(page: Page, code: str) -> list[str]:
    """All of it, at the usual width and the narrowest."""
    wrong = [*language(page, code), *axe(page), *larger_text(page), *focus(page), *motion(page), *innards(page)]
    page.set_viewport_size(NARROWEST)
    wrong += [*sideways(page), *targets(page), *focus(page)]
    page.set_viewport_size(USUAL)
    return wrong


def other_theme(page: Page) -> list[str]:
    """What depends on colours and typefaces, in the theme that this house has not."""
    page.evaluate(OTHER_THEME, THEME.read_text())
    page.set_viewport_size(NARROWEST)
    wrong = [f"in the other theme: {one}" for one in [*contrast(page), *sideways(page), *targets(page)]]
    page.set_viewport_size(USUAL)
    page.evaluate(OWN_THEME)
    return wrong


def axe(page: Page) -> list[str]:
    """Every rule of WCAG 2.2 A and AA that a machine can judge, and what is good practice beside them."""
    options = {"runOnly": {"type": "tag", "values": STANDARD}, "rules": {"target-size": {"enabled": True}}}
    return _axe(page, options)


def contrast(page: Page) -> list[str]:
    """What depends on the colours alone."""
    return _axe(page, {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}})


def _axe(page: Page, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return list(page.evaluate(RUN, {**options, "resultTypes": ["violations"], "preload": False}))


def language(page: Page, code: str) -> list[str]:
    found = page.evaluate("document.documentElement.lang")
    return [] if found == code else [f"lang is {found}"]


def sideways(page: Page) -> list[str]:
    """Nothing is wider than the window, but for what scrolls by itself (a table, a plot)."""
    return list(page.evaluate(SIDEWAYS))


SIDEWAYS = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const edge = root.clientWidth + 1;
  const wide = [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > edge);
  const which = wide.slice(-2).map(one => one.outerHTML.slice(0, 90)).join(' | ');
  return [`${root.scrollWidth} px in ${root.clientWidth}: ${which}`];
}"""


def targets(page: Page) -> list[str]:
    """Everything that one operates is 24 px high and wide (2.5.8), but for links within a sentence."""
    return list(page.evaluate(TARGETS))


TARGETS = """() => {
  const small = [];
  for (const one of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')) {
    if (!one.checkVisibility({visibilityProperty: true}) || one.closest('.visually-hidden, .skip-link')) continue;
    const box = one.getBoundingClientRect();
    if (box.width >= 24 && box.height >= 24) continue;
    const around = one.parentElement.closest('p, li, dd, dt, td, th, h1, h2, h3, label, span, summary');
    const length = what => what.textContent.trim().length;
    if (around && getComputedStyle(one).display === 'inline' && length(around) > length(one)) continue;
    const label = one.labels && one.labels[0];  // a label is a target too
    if (label && label.getBoundingClientRect().height >= 24) continue;
    small.push(`${Math.round(box.width)} x ${Math.round(box.height)}: ${one.outerHTML.slice(0, 100)}`);
  }
  return small;
}"""


def focus(page: Page) -> list[str]:
    """Whatever has the focus shows it (2.4.7), and nothing lies over it (2.4.11)."""
    return list(page.evaluate(FOCUS))


LOOK = """one => {
  const wrong = [], what = one.outerHTML.slice(0, 100);
  const rings = [getComputedStyle(one), getComputedStyle(one, '::after')];
  const shown = ring => ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2;
  if (!rings.some(shown)) wrong.push(`no ring: ${what}`);
  const box = one.getBoundingClientRect();
  if (box.bottom <= 0 || box.top >= innerHeight) return [...wrong, `out of sight: ${what}`];
  const line = one.getClientRects()[0];  // of a link on two lines the middle is between them
  const x = Math.min(Math.max(line.left + line.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(line.top + Math.min(line.height, 40) / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const over = top && top !== one && !one.contains(top) && !top.contains(one);
  return over ? [...wrong, `under ${top.outerHTML.slice(0, 60)}: ${what}`] : wrong;
}"""
STOP = f"""() => {{
  const here = document.activeElement;  // the page itself, and what was scrolled to, need no ring
  return here.matches('body, main, [role=alert]') ? [] : ({LOOK})(here);
}}"""
FOCUS = f"""() => {{
  const wrong = [], look = {LOOK};
  const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
  for (const one of document.querySelectorAll(all)) {{
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({{visibilityProperty: true}})) continue;
    one.focus({{focusVisible: true}});
    wrong.push(...look(one));
  }}
  document.activeElement.blur();
  return wrong;
}}"""


def innards(page: Page) -> list[str]:
    """Nothing that only a programmer reads: how an object looks inside, a template's own signs."""
    shown = page.evaluate("document.body.innerText + [...document.querySelectorAll('input')].map(one => one.value)")
    return [f"not meant to be read: {found[0]}" for found in INNARDS.finditer(shown)]


INNARDS = re.compile(r"datetime\.|[A-Za-z]+\([a-z_]+=|\{'|\[\('| object at 0x|\{\{|\{%|%\([a-z_]+\)s")


def larger_text(page: Page) -> list[str]:
    """Text at 200 % (1.4.4): nothing runs out of the window or is cut off."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    try:
        return [*sideways(page), *page.evaluate(CUT)]
    finally:
        page.evaluate("document.documentElement.style.fontSize = ''")


def motion(page: Page) -> list[str]:
    """Nothing moves for who asked for less motion, as every visitor here did."""
    return list(page.evaluate(MOTION))


MOTION = """() => matchMedia('(prefers-reduced-motion: reduce)').matches
  ? [...document.querySelectorAll('*')].filter(one => {
      const style = getComputedStyle(one), longest = times => Math.max(...times.split(',').map(parseFloat));
      return longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01
        || style.scrollBehavior === 'smooth';
    }).map(one => 'moves: ' + one.outerHTML.slice(0, 90))
  : ['less motion was not asked for']"""
CUT = """() => [...document.body.querySelectorAll('p, a, button, h1, h2, h3, dd, dt, label, td, th, li')]
  .filter(one => {
    const hides = getComputedStyle(one).overflow === 'hidden' && !one.closest('.visually-hidden, svg');
    return hides && one.scrollHeight > one.clientHeight + 2;
  }).map(one => 'cut off: ' + one.outerHTML.slice(0, 90))"""
