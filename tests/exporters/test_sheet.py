"""Study sheets: harmless, whole in one file, readable in every light and on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from anki_samples import SAMPLES, cloze, collected, deck, qa

from exporters.sheet import Options, export, pictures
from exporters.sheet.pictures import LARGEST
from quiz.cards import CollectedDeck, Exchange, Kind, Media, Note
from quiz.errors import QuizError, UsageError

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
VOID = {"meta", "img", "br", "hr"}
STYLE = files("exporters.sheet").joinpath("style.css").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Reads a page: its tags with their attributes, and that they nest."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.opened = [], []
        self.feed(text)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag

    def named(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def sheet(tmp_path, *decks):
    """The page of some decks, and the report."""
    out = tmp_path / "sheet.html"
    report = export(decks, out, Options())
    return out.read_text(encoding="utf-8"), report


def shows(reference, data, note=None, ending="png"):
    """A deck whose note shows a picture."""
    note = collected(note or qa(f"What? ![a cat]({reference})", "a"), 1)
    media = {reference: Media(name=f"dquiz-0.{ending}", read=lambda: data)}
    return CollectedDeck(name="d", notes=(replace(note, media=media),))


def test_each_card_that_has_an_answer_is_a_question_that_opens(tmp_path):
    text, report = sheet(tmp_path, *SAMPLES)
    page = Reader(text)
    assert len(page.named("details")) == len(page.named("summary")) == report.cards == 18
    assert (report.decks, report.notes, report.drafts, report.left_out) == (2, 11, 1, 0)
    assert "What is a sidecar?" not in text
    assert [each["href"] for each in page.named("a")][:2] == ["#deck-1", "#deck-2"]
    assert [each["id"] for each in page.named("section")] == ["deck-1", "deck-2"]


def test_what_was_asked_before_a_step_stands_above_its_question(tmp_path):
    earlier = (Exchange("Is it `a` <b>?", "**Yes**"), Exchange("Always?", ""))
    text, _ = sheet(tmp_path, deck("d", Note(kind=Kind.QA, prompt="And b?", answer="No", earlier=earlier)))
    assert (
        '<p class="earlier">Is it <code>a</code> &lt;b&gt;?<br><strong>Yes</strong><br>Always?</p>\nAnd b?</div>'
        in text
    )
    Reader(text)


def test_nothing_runs_and_nothing_is_fetched(tmp_path):
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert) ![p](https://e.org/p.png)"
    name = '"><script>alert(1)</script>'
    note = qa(
        hostile,
        f"{hostile}\n\n<svg onload=alert(1)>\n\n<style>*{{}}</style>",
        tags=('"><b',),
        context=(hostile,),
    )
    text, _ = sheet(tmp_path, deck(name, note), deck("other", qa("<details>", "</details></section>")))
    page = Reader(text)
    assert page.named("meta")[1] == {"http-equiv": "Content-Security-Policy", "content": POLICY}
    assert not {"script", "iframe", "link", "object", "svg", "form", "base"} & {tag for tag, _ in page.tags}
    assert len(page.named("style")) == 1
    for tag, attributes in page.tags:
        assert not any(each.startswith("on") or each == "style" for each in attributes)
        assert attributes.get("src", "data:").startswith("data:"), tag
        assert re.match(r"#|https?:|mailto:|$", attributes.get("href", ""))
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_code_is_coloured_and_formulas_are_code(tmp_path):
    text, _ = sheet(tmp_path, deck("d", qa("q", "```python\nx = 1\n```\n\n$x^2$")))
    assert '<span class="h-mi">1</span>' in text
    assert "<code>x^2</code>" in text
    assert "\\(" not in text


def test_a_picture_is_part_of_the_page(tmp_path):
    text, report = sheet(tmp_path, shows("cat.png", b"\x89PNG"))
    assert '<img src="data:image/png;base64,iVBORw==" alt="a cat">' in text
    assert (report.media, report.problems) == (1, ())


def test_a_picture_that_is_too_large_is_described_and_told(tmp_path):
    text, report = sheet(tmp_path, shows("cat.png", bytes(LARGEST + 1)))
    assert "[a cat]" in text
    assert [problem.code for problem in report.problems] == ["W701"]
    assert "cat.png (it is larger than 4 MB)" in report.problems[0].message


def test_all_pictures_together_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MOST", 10)
    both = cloze("⟦a⟧ ⟦b⟧ ![a cat](cat.png)")
    _, report = sheet(tmp_path, shows("cat.png", bytes(6), both))
    assert report.media == 0
    assert len(report.problems) == 1


def test_a_recording_is_told_once(tmp_path):
    _, report = sheet(tmp_path, shows("cat.mp3", b"ID3", qa("[cat](cat.mp3)", "a", both=True), ending="mp3"))
    assert [problem.message for problem in report.problems] == [
        "left out, its description stands in its place: cat.mp3 (a sheet plays no recordings)"
    ]


def test_a_question_that_shows_nothing_is_left_out(tmp_path):
    text, report = sheet(tmp_path, deck("d", qa("\x01", "a"), qa("q", "a")))
    assert text.count("<details>") == report.cards == 1
    assert (report.notes, report.left_out, report.problems[0].code) == (1, 1, "W702")


def test_headings_and_tags_that_all_have_in_common_are_not_repeated(tmp_path):
    notes = [
        qa("one", "a", context=("Docker", "Start"), tags=("docker", "junior")),
        qa("two", "a", context=("Docker", "Start"), tags=("docker",)),
        qa("three", "a", context=("Docker", "Deep", "Down"), tags=("docker",)),
    ]
    text, _ = sheet(tmp_path, deck("docker", *notes))
    assert re.findall("<h3>(.*)</h3>", text) == ["Start", "Deep › Down"]
    assert re.findall('class="tags">(.*)</div>', text) == ["#junior"]
    assert "<nav>" not in text


def test_any_text_is_utf8(tmp_path):
    text, _ = sheet(tmp_path, deck("d\ud800\0", qa("\ud800q\0\x1b", "\udfffa", tags=("t\ud800",))))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", text)


def test_drafts_alone_are_nothing_to_export_and_a_folder_is_no_file(tmp_path):
    with pytest.raises(QuizError, match="none of the 1 questions has an answer yet"):
        sheet(tmp_path, deck("d", Note(kind=Kind.QA, prompt="q", draft=True)))
    with pytest.raises(UsageError, match="is a folder"):
        export(SAMPLES, tmp_path, Options())
    assert not list(tmp_path.iterdir())


# --- as it is seen -------------------------------------------------------------------------------------------------


def contrast(one, other):
    """The contrast of two colours as WCAG 2 has it."""

    def luminance(colour):
        digits = colour if len(colour) > 4 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits.lstrip("#")[n : n + 2], 16) / 255 for n in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_all_text_can_be_read_in_light_in_the_dark_and_on_paper():
    themes = [
        dict(re.findall(r"--(\w+): (#\w+)", block))
        for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    ]
    assert len(themes) == 3
    for theme in themes:
        for text in ("fg", "dim", "accent"):
            assert contrast(theme[text], theme["card"]) >= 4.5
            assert contrast(theme[text], theme["bg"]) >= 4.5
        for text in ("fg", "kw", "str", "num", "com", "name"):
            assert contrast(theme[text], theme["code"]) >= 4.5


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_screen(tmp_path, browse, width):
    table = f"|{' cells_of_a_row |' * 12}\n|{'--|' * 12}"
    wide = qa("very_" * 60, f"```\n{'x' * 300}\n```\n\n{table}")
    text, _ = sheet(tmp_path, deck("d" * 200, wide), *SAMPLES)
    opened = escape(text.replace("<details>", "<details open>"))
    # no window of a browser is as narrow as a phone
    frame = (
        f'<html><iframe srcdoc="{opened}" style="width: {width}px"'
        ' onload="document.title = this.contentDocument.documentElement.scrollWidth"></iframe></html>'
    )
    assert int(re.search(r"<title>(\d+)", browse(frame, 1400))[1]) <= width


def test_all_answers_are_on_paper(tmp_path):
    chromium, reader = shutil.which("chromium") or shutil.which("google-chrome"), shutil.which("pdftotext")
    if not chromium or not reader:
        pytest.skip("no browser, or no reader of PDF: apt-get install chromium poppler-utils")
    sheet(tmp_path, deck("d", qa("Where is it?", "Behindthequestion")))
    profile, paper = tmp_path / "profile", tmp_path / "sheet.pdf"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={profile}"]
    command = [chromium, *options, f"--print-to-pdf={paper}", (tmp_path / "sheet.html").as_uri()]
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    if not paper.exists():
        pytest.skip("the browser does not start here")
    printed = subprocess.run([reader, paper, "-"], capture_output=True, text=True, timeout=20, check=True)
    assert "Behindthequestion" in printed.stdout
