"""What documents are held against: period, enterprise, values of its lines, meters. Pure data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from accounting.domain.documents.reading import Sheet
from accounting.domain.documents.remarks import Words
from accounting.domain.exact import measure_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a line: `quantity`, `balance.<field>` or a parameter; printed: as given, in `unit`."""

    stream: str
    name: str
    value: Fraction
    unit: str
    printed: str

    def shown(self) -> str:
        """The value with its unit, as sentences have it."""
        return measure_text(self.printed, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A row of the calibration register; percents as they were entered, None where it does not say."""

    meter: str
    number: str
    serial: str
    calibrated_on: date
    valid_until: date
    allowed: Fraction | None = None
    error: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A stream: its names, whether it burns a fuel, its values by name, and the meters bound to it."""

    slug: str
    names: Words
    fuel: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)
    meters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Everything documents of one period are held against. first, last: its days.

    meters: every meter of the plant, with the words by which it is called. register: certificates in force.
    """

    first: date
    last: date
    enterprise: str
    usci: str
    lines: Mapping[str, Line] = field(default_factory=dict)
    meters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    register: tuple[Certificate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A stored file. sheet: None where no text could be read; supports: values that name it as evidence."""

    id: str
    kind: str
    title: str
    stream: str = ""
    sheet: Sheet | None = None
    accreditation: str = ""
    supports: tuple[Value, ...] = ()
