"""Chapter 1: the first administrator and two regulators, then everybody else by registration."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lexicon.terms import Role

from operations import key_files
from operations.demo import enrolment
from operations.demo.cast import ADMINISTRATOR, HOUSES, OFFICE, REGULATORS, House, Player
from operations.demo.client import Client
from operations.demo.narrator import Narrator
from operations.site import Site


@dataclass(slots=True)
class People:
    """Everybody's session, by the slug of the cast."""

    by_slug: dict[str, Client] = field(default_factory=dict)

    def of(self, player: Player) -> Client:
        """The session of one person."""
        return self.by_slug[player.slug]

    def in_house(self, house: House, role: Role) -> Client:
        """The session of the person with that role in an organisation."""
        return self.of(house.player(role))

    @property
    def administrator(self) -> Client:
        """The first administrator."""
        return self.of(ADMINISTRATOR)

    @property
    def regulator(self) -> Client:
        """The regulator who confirms."""
        return self.of(REGULATORS[0])


def come_in(site: Site, narrator: Narrator, *, keys: Path) -> People:
    """Everybody of the cast: registered, reviewed, active on the ledger, signed in with a second factor."""
    people = People()
    _found(site, narrator, people, keys)
    visitor = enrolment.Visitor(site.url, keys)
    firsts = {house.slug: visitor.apply(house) for house in (OFFICE, *HOUSES)}
    enrolment.activate(people.administrator, people.regulator, list(firsts.values()))
    for house in (OFFICE, *HOUSES):
        people.by_slug[house.people[0].slug] = firsts[house.slug].client
        narrator.line(
            f"{house.name} registered, reviewed by an administrator, confirmed by a regulator, active"
        )
    invited = {
        player: visitor.accept(player, enrolment.invite(people.of(house.people[0]), player))
        for house in HOUSES
        for player in house.people[1:]
    }
    enrolment.activate(people.administrator, people.regulator, list(invited.values()))
    for player, applicant in invited.items():
        people.by_slug[player.slug] = applicant.client
    narrator.line(
        f"{len(people.by_slug)} people signed in, each with a second factor and a key file of her own"
    )
    narrator.line(f"this machine plays all of them: their keys lie in {keys}, as no real person's would")
    return people


def _found(site: Site, narrator: Narrator, people: People, keys: Path) -> None:
    named = ["--administrator", ADMINISTRATOR.name, ADMINISTRATOR.email]
    for one in REGULATORS:
        named += ["--regulator", one.name, one.email]
    parameters = Path(__file__).with_name("founding.toml")
    named += ["--keys", str(keys), "--demonstration", "--parameters", str(parameters)]
    made = site.command("admin", "create", *named)
    rows = made["people"]
    if not isinstance(rows, list):
        raise TypeError("admin create gives a list of people")
    for row, player in zip(rows, (ADMINISTRATOR, *REGULATORS), strict=True):
        client = Client(
            base_url=site.url,
            email=row["email"],
            password=row["password"],
            totp=row["totp"],
            key=key_files.load(Path(row["key"])),
        )
        client.sign_in()
        people.by_slug[player.slug] = client
    narrator.line(
        f"administrator and two regulators bound by initialise: tx {made['tx']}, block {made['block']}"
    )
