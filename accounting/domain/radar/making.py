"""What the structure of a file says of its making: edits, signatures, patches, software. Pure."""

from datetime import datetime, timedelta

from accounting.domain.radar.suspicions import Sign, Suspicion
from accounting.domain.radar.traits import Paper, Story

# Programs made to change what a page or a picture shows; office programs and printers are none of them.
EDITORS = (
    "photoshop", "gimp", "illustrator", "inkscape", "coreldraw", "pixelmator", "affinity", "meitu",
    "美图", "snapseed",
    "picsart", "paint.net", "acrobat pro", "foxit phantompdf", "foxit pdf editor", "foxit editor",
    "pdf-xchange editor",
    "pdfelement", "infix", "sejda", "ilovepdf", "smallpdf", "pdfescape", "nitro pro", "wps pdf", "福昕高级",
    "极速pdf编辑", "万兴pdf",
    "master pdf editor", "qoppa", "pdf studio", "libreoffice draw",
)  # fmt: skip
_WORDS = {
    "content": "页面内容 page content",
    "font": "字体 font",
    "image": "图像 image",
    "page": "页 page",
    "overlay": "覆盖层 overlay",
}
# Within this a file was made and finished in one go.
ONE_GO = timedelta(minutes=10)


def edits(paper: Paper) -> list[Suspicion]:
    """Every sign that a file was changed after it was made."""
    story = paper.traits.story
    found: list[Suspicion] = []
    if story.edits_after_signature:
        found.append(_changed(Sign.edited_after_signature, story.edits_after_signature))
    elif story.edits:
        found.append(_changed(Sign.edited_later, story.edits))
    for sign, texts in ((Sign.covered_text, story.covered), (Sign.odd_font, story.odd_fonts)):
        if texts:
            found.append(Suspicion(sign=sign, facts={"what": ", ".join(texts)[:80]}))
    return found + _software(story)


def _changed(sign: Sign, what: tuple[str, ...]) -> Suspicion:
    return Suspicion(sign=sign, facts={"what": ", ".join(_WORDS.get(one, one) for one in what)})


def _software(story: Story) -> list[Suspicion]:
    """An editing program, or a file that was opened and saved again long after it was made."""
    low = story.software.lower()
    if any(name in low for name in EDITORS):
        return [Suspicion(sign=Sign.editing_software, facts={"software": story.software[:60]})]
    made, changed = _time(story.made_at), _time(story.changed_at)
    if made is None or changed is None or changed - made <= ONE_GO:
        return []
    return [Suspicion(sign=Sign.saved_again, facts={"made": story.made_at, "changed": story.changed_at})]


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None
