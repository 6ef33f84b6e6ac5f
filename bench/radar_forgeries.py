"""Forges documents as people do: copies a month, borrows a scan, turns dates, edits a PDF, changes a figure.

Works on forms and on bytes; knows nothing of the radar.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from PIL import Image, ImageDraw, ImageEnhance
from pypdf import PdfReader

from bench import radar_printing as printing
from bench.radar_edits import EDITS
from bench.radar_forms import Chance, Form, moved

IMAGES = ("scan", "jpeg", "png")
# So many of a laboratory's must have a code before one without is missed.
EARLIER_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of an enterprise's plant and month. cause: what was forged, empty for a genuine one."""

    tenant: str
    plant: str
    period: str
    kind: str
    medium: str
    content: bytes
    form: Form
    cause: str = ""
    variant: str = ""


def month_after(month: str, steps: int) -> str:
    """The month some months later."""
    year, number = (int(part) for part in month.split("-"))
    total = year * 12 + number - 1 + steps
    return f"{total // 12:04d}-{total % 12 + 1:02d}"


def same_image(chance: Chance, pool: Sequence[Document]) -> Document:
    """A scan of an earlier month handed in again: recompressed, resized, often with another date on it."""
    source = chance.choice([one for one in pool if one.medium in IMAGES and one.kind != "calibration"])
    steps = chance.randint(1, 3)
    image, variant = _worn(chance, _image_of(source), source.form)
    content = _image_file(chance, image, source, days=30 * steps)
    later = month_after(source.period, steps)
    return replace(source, period=later, content=content, cause="same_image", variant=variant)


def same_elsewhere(chance: Chance, pool: Sequence[Document]) -> Document:
    """Another enterprise's document with one's own name: the scan itself, or its figures printed anew."""
    source = chance.choice(
        [
            one
            for one in pool
            if (one.medium != "csv" and one.kind not in ("calibration", "weighbridge"))
            or one.medium in IMAGES
        ]
    )
    tenant = chance.choice(sorted({one.tenant for one in pool} - {source.tenant}))
    place = replace(source, tenant=tenant, plant=f"{tenant}-p1", cause="same_elsewhere")
    if source.medium in IMAGES:
        image, variant = _worn(chance, _image_of(source), source.form)
        return replace(place, content=_image_file(chance, image, source, days=0), variant=variant)
    again = _other_issuer(chance, source.form, pool)
    return replace(
        place, content=printing.print_form(chance, again, source.medium), form=again, variant="figures"
    )


def same_figures(chance: Chance, pool: Sequence[Document]) -> Document:
    """The figures of one plant reported for the enterprise's other plant."""
    source = chance.choice(_figured(pool))
    plants = sorted({one.plant for one in pool if one.tenant == source.tenant} - {source.plant})
    form = _nudged(chance, moved(source.form, days=chance.randint(-2, 2)))
    content = printing.print_form(chance, form, source.medium)
    return replace(source, plant=chance.choice(plants), content=content, form=form, cause="same_figures")


def copied_month(chance: Chance, pool: Sequence[Document]) -> Document:
    """Last month's figures with this month's dates, sometimes with one of them changed."""
    source = chance.choice(_figured(pool))
    steps = chance.randint(1, 4)
    form = _nudged(chance, moved(source.form, days=30 * steps))
    content = printing.print_form(chance, form, source.medium)
    later = month_after(source.period, steps)
    return replace(source, period=later, content=content, form=form, cause="copied_month")


def dates_disordered(chance: Chance, pool: Sequence[Document]) -> Document:
    """Dates that cannot be: a report before its test, a file older than what it reports."""
    source = chance.choice(
        [one for one in pool if one.medium in ("pdf", "xlsx", "csv") and len(one.form.dates) > 1]
    )
    dates = list(source.form.dates)
    if source.medium == "pdf" and chance.random() < 0.3:
        early = min(day for _, day in dates) - timedelta(days=chance.randint(4, 40))
        content = printing.pdf_of(chance, source.form, made_on=early)
        past = source.kind not in ("stock_take", "statement_of_supply")
        if past or dates[-1][1] > early + timedelta(days=1):
            return replace(source, content=content, cause="dates_disordered", variant="made_before")
    at = chance.randrange(len(dates) - 1)
    label, _ = dates[at + 1]
    dates[at + 1] = (label, dates[at][1] - timedelta(days=chance.randint(2, 40)))
    form = replace(source.form, dates=tuple(dates))
    return replace(
        source,
        content=printing.print_form(chance, form, source.medium),
        form=form,
        cause="dates_disordered",
        variant="order",
    )


def edited_pdf(chance: Chance, pool: Sequence[Document]) -> Document:
    """A genuine PDF opened in a program that changes what a page shows."""
    source = chance.choice([one for one in pool if one.medium == "pdf"])
    name = chance.choice(sorted(EDITS))
    form = source.form
    return replace(
        source, content=EDITS[name](chance, source.content, form), cause="edited_pdf", variant=name
    )


def changed_figure(chance: Chance, pool: Sequence[Document]) -> Document:
    """One figure raised or lowered and the others left, or a unit written for another."""
    laws = {
        "weighbridge": ("毛重", "皮重", "净重", "Gross weight", "Tare weight", "Net weight"),
        "lab_report": ("Aad", "Vad", "FCad"),
        "invoice": ("数量", "金额", "价税合计", "Quantity", "Amount", "Total with tax"),
        "stock_take": (
            *("期初库存", "本期消耗", "期末库存"),
            *("Opening stock", "Consumed", "Closing stock"),
        ),
    }
    source = chance.choice([one for one in pool if one.kind in laws and one.medium in ("pdf", "xlsx", "csv")])
    units = {"weighbridge": (" t", " kg"), "lab_report": ("MJ/kg", "kJ/kg")}
    if source.kind in units and chance.random() < 0.3:
        form, variant = _other_unit(source.form, units[source.kind]), "unit"
    else:
        at = chance.choice(
            [n for n, (label, _) in enumerate(source.form.lines) if label in laws[source.kind]]
        )
        form, variant = _changed(chance, source.form, at), "sum"
    return replace(
        source,
        content=printing.print_form(chance, form, source.medium),
        form=form,
        cause="changed_figure",
        variant=variant,
    )


def code_of_another(chance: Chance, pool: Sequence[Document]) -> Document:
    """A page made anew from a coded report: number, dates or a figure are others, the code is the old one."""
    source = chance.choice([one for one in pool if one.form.code() and one.medium == "pdf"])
    variant = chance.choice(("number", "date", "figure"))
    form = replace(source.form, stamped=source.form.code())
    if variant == "number":
        form = replace(form, number=moved(form, days=0).number)
    elif variant == "date":
        days = chance.randint(5, 40)
        form = replace(form, dates=tuple((label, day + timedelta(days=days)) for label, day in form.dates))
    else:
        form = _changed(chance, form, len(form.lines) - 1)
    content = printing.print_form(chance, form, source.medium)
    return replace(source, content=content, form=form, cause="code_of_another", variant=variant)


def code_removed(chance: Chance, pool: Sequence[Document]) -> Document:
    """A report of a laboratory whose others have a code, made without one, so that nobody looks it up."""
    coded = [one for one in pool if one.form.code() and one.medium != "csv"]
    series = [one for one in coded if sum(_of_one_series(one, other) for other in coded) > EARLIER_MIN]
    source = chance.choice(series)
    form = _changed(chance, moved(source.form, days=30), len(source.form.lines) - 1)
    bare = replace(form, issuer=replace(form.issuer, coded=""))
    content = printing.print_form(chance, bare, source.medium)
    later = month_after(source.period, 1)
    return replace(source, period=later, content=content, form=bare, cause="code_removed")


def _of_one_series(one: Document, other: Document) -> bool:
    """Documents of one plant by one issuer; a document is of its own series."""
    return (one.tenant, one.plant, one.form.issuer) == (other.tenant, other.plant, other.form.issuer)


FORGERS: Mapping[str, Callable[[Chance, Sequence[Document]], Document]] = {
    "same_image": same_image,
    "same_elsewhere": same_elsewhere,
    "same_figures": same_figures,
    "copied_month": copied_month,
    "dates_disordered": dates_disordered,
    "edited_pdf": edited_pdf,
    "changed_figure": changed_figure,
    "code_of_another": code_of_another,
    "code_removed": code_removed,
}


def _image_of(source: Document) -> Image.Image:
    if source.medium in ("jpeg", "png"):
        return Image.open(io.BytesIO(source.content)).convert("RGB")
    found: Any = PdfReader(io.BytesIO(source.content)).pages[0].images[0].image
    image: Image.Image = found.convert("RGB")
    return image


def _image_file(chance: Chance, image: Image.Image, source: Document, *, days: int) -> bytes:
    if source.medium == "png":
        return printing.png_of(image)
    if source.medium == "jpeg":
        return printing.jpeg_of(chance, image)
    last = max(day for label, day in source.form.dates if "有效" not in label)
    return printing.scanned_pdf_of(chance, image, made_on=last + timedelta(days=days + chance.randint(0, 5)))


def _worn(chance: Chance, image: Image.Image, form: Form) -> tuple[Image.Image, str]:
    """Another size, light and margin; half the time a date and a figure painted over."""
    variant = "plain"
    if chance.random() < 0.5:
        pen, variant = ImageDraw.Draw(image), "redated"
        row = chance.randrange(len(form.dates))
        top = 255 + 62 * row
        pen.rectangle((530, top, 860, top + 44), fill=(245, 245, 245))
        pen.text(
            (550, top + 6),
            form.dated(form.dates[row][1] + timedelta(days=31)),
            fill=0,
            font=printing.font(21),
        )
    width, height = image.size
    cut = chance.uniform(0, 0.012)
    image = image.crop((int(width * cut), int(height * cut), int(width * (1 - cut)), int(height * (1 - cut))))
    scale = chance.uniform(0.6, 1.2)
    image = image.resize((int(image.width * scale), int(image.height * scale)), Image.Resampling.BILINEAR)
    return ImageEnhance.Brightness(image).enhance(chance.uniform(0.9, 1.1)), variant


def _figured(pool: Sequence[Document]) -> list[Document]:
    """Documents with figures enough to be copied, in media that are printed from figures."""
    kinds = ("lab_report", "invoice", "stock_take", "statement_of_supply", "weighbridge")
    return [one for one in pool if one.medium in ("pdf", "xlsx", "csv") and one.kind in kinds]


def _nudged(chance: Chance, form: Form) -> Form:
    """Now and then one of the figures is changed, where there are many."""
    if chance.random() < 0.6 or len(form.lines) < 7:
        return form
    return _changed(chance, form, chance.randrange(len(form.lines)))


def _changed(chance: Chance, form: Form, at: int) -> Form:
    lines = list(form.lines)
    label, value = lines[at]
    match = re.match(r"[\d,]+(?:\.\d+)?", value)
    if match is None:
        return form
    printed = match.group()
    places = len(printed.partition(".")[2])
    number = int(printed.replace(",", "").replace(".", ""))
    moved_by = max(number * chance.choice((3, 5, 8, 12, -4, -7, -10)) // 100, 60 if number > 600 else 35)
    shown = (
        f"{(number + moved_by) / 10**places:,.{places}f}"
        if "," in printed
        else f"{(number + moved_by) / 10**places:.{places}f}"
    )
    lines[at] = (label, shown + value[match.end() :])
    return replace(form, lines=tuple(lines))


def _other_unit(form: Form, units: tuple[str, str]) -> Form:
    one, two = units

    def swapped(value: str) -> str:
        if one in value:
            return value.replace(one, two)
        if value.endswith("J/g"):
            return value.replace("J/g", one)
        return value.replace(two, one)

    return replace(form, lines=tuple((label, swapped(value)) for label, value in form.lines))


def _other_issuer(chance: Chance, form: Form, pool: Sequence[Document]) -> Form:
    issuers = [one.form.issuer for one in pool if one.kind == form.kind and one.form.issuer != form.issuer]
    return replace(form, issuer=replace(chance.choice(issuers), english=form.issuer.english))
