"""Where the colours are not ours: chosen by the reader (forced colours, dark and light), and on paper.

What says something is still seen: marks of a state and a severity, the due bar, plots, fields, buttons, the focus.
"""

import base64

from playwright.sync_api import Locator, Page
from tests.look import checks
from tests.look.catalogue import PAGES
from tests.look.houses import House, visitors
from tests.look.walk import go

WAYS = ("light", "dark", "print")
# On each page: what says something without words
SAYS = {
    "portal/report": ("#system", "#description", "main button[type=submit]"),
    "portal/receipt": (".receipt__qr", ".state .icon", ".due-bar"),
    "portal/my-report-late": (".state .icon", ".due-bar", "[name=text]"),
    "desk/inbox": (".owed .icon", ".due-bar", ".due-group .icon"),
    "desk/case-long": (".severity .icon", ".state .icon", ".slip", ".letter", "#note"),
    "desk/figures": (".plot",),
}
NOT_ON_PAPER = {"portal/report", "desk/inbox"}  # one fills them in on a screen
LEAST = 6  # pixels
STANDS_OUT = """async png => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext('2d');
  pen.drawImage(image, 0, 0);
  const data = pen.getImageData(0, 0, image.width, image.height).data, count = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    count.set(colour, (count.get(colour) || 0) + 1);
  }
  const part = one => (one /= 255) <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
  const light = one => 0.2126 * part(one >> 16) + 0.7152 * part((one >> 8) & 255) + 0.0722 * part(one & 255);
  const ground = light([...count].sort((a, b) => b[1] - a[1])[0][0]);
  const differs = one => (Math.max(one, ground) + 0.05) / (Math.min(one, ground) + 0.05) >= 3;
  return [...count].reduce((sum, [colour, times]) => sum + (differs(light(colour)) ? times : 0), 0);
}"""


def not_seen(house: House, way: str) -> list[str]:
    """What says something without words and would not be seen, each with its page."""
    with visitors(house, "light" if way == "print" else way) as visit:
        scales = visit.fresh("nl")
        wrong = []
        for entry in (one for one in PAGES if one.name in SAYS and not (way == "print" and one.name in NOT_ON_PAPER)):
            page = go(entry, visit, "nl")
            _other_colours(page, way)
            says = [one for one in SAYS[entry.name] if way != "print" or one[0] not in "#["]  # no fields on paper
            wrong += [f"{entry.name} ({way}): {one}" for one in _not_seen(page, says, scales)]
            if way != "print":
                wrong += [f"{entry.name} ({way}): {one}" for one in checks.focus(page)]
            _our_colours(page)
    return wrong


def _other_colours(page: Page, way: str) -> None:
    if way == "print":
        page.emulate_media(media="print")
    else:
        page.emulate_media(forced_colors="active")


def _our_colours(page: Page) -> None:
    page.emulate_media(media="null", forced_colors="null")


def _not_seen(page: Page, says: list[str], scales: Page) -> list[str]:
    """What has too few pixels with a contrast of 3 to its ground (1.4.11)."""
    wrong = []
    for selector in says:
        shown = [one for one in page.locator(selector).all() if one.is_visible()]
        if not shown:
            wrong.append(f"{selector}: not there")
        for one in shown[:6]:
            pixels = scales.evaluate(STANDS_OUT, _picture(one))
            if pixels < LEAST:
                wrong.append(f"{selector}: {pixels} pixels: {one.evaluate('one => one.outerHTML.slice(0, 80)')}")
    return wrong


def _picture(one: Locator) -> str:
    """A word in it would be seen whatever the mark does, so it is taken out first."""
    style = "* { color: transparent !important }" if one.evaluate("one => !one.closest('svg, img, .icon')") else ""
    return base64.b64encode(one.screenshot(animations="disabled", style=style)).decode()
