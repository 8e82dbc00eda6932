"""What a visitor does on a page before it is in the state that the catalogue names.  Each gives a step."""

from collections.abc import Callable

from playwright.sync_api import Page

Step = Callable[[Page], None]


def send(form: str = "main form", then: str = "", **fields: str) -> Step:
    """Fill in fields by name and press the form's (first) button, without the browser's own checks.

    ``then``: what is there afterwards, where a script sends the form and puts the answer in the page's place.
    """

    def step(page: Page) -> None:
        found = page.locator(form).first
        unfold(page)
        found.evaluate("form => { form.noValidate = true }")
        for name, value in fields.items():
            fill(found, name, value)
        button = found.locator("button[type=submit]:not([formnovalidate]), button:not([type])").first
        if then:
            button.click()
            page.locator(then).wait_for()
        else:
            with page.expect_navigation():
                button.click()

    return step


def fill(form, name: str, value: str) -> None:
    """A field by its name: a choice or a tick by its value, all else by what is typed."""
    fields = form.locator(f"[name={name}]")
    kind = fields.first.evaluate("field => field.type")
    if kind in ("radio", "checkbox"):
        form.locator(f"[name={name}][value='{value}']").check()
    elif kind == "select-one":
        fields.select_option(value)
    elif kind == "hidden":
        fields.evaluate("(field, value) => { field.value = value }", value)
    else:
        fields.fill(value)


def choose(page: Page) -> None:
    """Two files are chosen: each can be taken out again."""
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": b"GET /\n"}
        for name in ("steps.txt", "what-the-server-said.txt")
    ]
    page.locator("input[type=file]").set_input_files(files)  # type: ignore[arg-type]
    page.locator(".chosen li").nth(1).wait_for()


def press(words: str, within: str = "main") -> Step:
    """Press a button or follow a link by a selector or (part of) its address or value."""

    def step(page: Page) -> None:
        with page.expect_navigation():
            page.locator(f"{within} {words}").first.click()

    return step


def tick(selector: str) -> Step:
    """Tick the first choice of its kind."""
    return lambda page: page.locator(selector).first.check()


def untick(form: str) -> Step:
    """Nothing in a form is ticked any more."""

    def step(page: Page) -> None:
        for box in page.locator(f"{form} [type=checkbox]").all():
            box.uncheck()

    return step


def unfold(page: Page) -> None:
    """Everything that is folded is shown."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def too_often(field: str, **more: str) -> Step:
    """The same mistake until it is one too many."""

    def step(page: Page) -> None:
        for _ in range(12):
            if page.locator(f"input[name={field}]").count():
                send(**{field: "somebody", **more})(page)

    return step


def far_too_much(page: Page) -> None:
    """A form with more fields than any of ours has."""
    form = "#receipt-form"
    page.locator(form).evaluate(
        """form => {
          const field = name => Object.assign(document.createElement("input"), {name});
          for (let count = 0; count < 200; count++) form.append(field(count));
        }"""
    )
    send(form)(page)


def a_long_text(page: Page) -> None:
    """More text than a form takes."""
    page.locator("[name=receipt]").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(5 << 20) }"
    )
    send("#receipt-form")(page)


def no_passkey(page: Page) -> None:
    """Something is sent that is no passkey."""
    form = page.locator("form[data-passkey]")
    with page.expect_navigation():
        form.evaluate("form => { form.elements.credential.value = '{}'; form.submit() }")
