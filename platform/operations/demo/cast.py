"""Who plays in the demo: organisations and people, all made up."""

from __future__ import annotations

from dataclasses import dataclass

from lexicon.terms import AccountKind, Role, Sector

DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One person: `slug` names her key file and begins her address."""

    slug: str
    name: str
    role: Role

    @property
    def email(self) -> str:
        """Her sign-in."""
        return f"{self.slug}@{DOMAIN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One organisation that registers; the first of its people signs the application."""

    slug: str
    name: str
    kind: AccountKind
    usci: str
    sector: Sector | None
    people: tuple[Player, ...]

    def player(self, role: Role) -> Player:
        """The first person of this organisation with that role."""
        return next(one for one in self.people if one.role is role)


ADMINISTRATOR = Player(slug="admin", name="林岚", role=Role.ADMINISTRATOR)
# Who suspends somebody needs a second of her kind; she registers as everybody does, the first reviews her.
OFFICE = House(
    slug="office",
    name="平台管理方",
    kind=AccountKind.ADMINISTRATOR,
    usci="",
    sector=None,
    people=(Player(slug="admin2", name="罗宁", role=Role.ADMINISTRATOR),),
)
REGULATORS = (
    Player(slug="regulator1", name="周正", role=Role.REGULATOR),
    Player(slug="regulator2", name="沈清", role=Role.REGULATOR),
)
POWER = House(
    slug="power",
    name="江北热电有限公司",
    kind=AccountKind.ENTERPRISE,
    usci="91110000MA0DEM001A",
    sector=Sector.POWER,
    people=(
        Player(slug="power-head", name="陈立", role=Role.HEAD),
        Player(slug="power-carbon", name="何苗", role=Role.CARBON_MANAGER),
        Player(slug="power-operator", name="马川", role=Role.OPERATOR),
        Player(slug="power-trader", name="孙越", role=Role.TRADER),
    ),
)
CEMENT = House(
    slug="cement",
    name="青峰水泥有限公司",
    kind=AccountKind.ENTERPRISE,
    usci="91320000MA0DEM002Y",
    sector=Sector.CEMENT,
    people=(
        Player(slug="cement-head", name="吴岩", role=Role.HEAD),
        Player(slug="cement-trader", name="郑航", role=Role.TRADER),
    ),
)
# A site visit wants two inspectors, and its technical reviewer is a third person.
INSPECTOR = Player(slug="auditor-inspector", name="唐宁", role=Role.LEAD_AUDITOR)
AUDITOR = House(
    slug="auditor",
    name="明衡核查中心",
    kind=AccountKind.AUDITOR,
    usci="91440000MA0DEM0031",
    sector=None,
    people=(
        Player(slug="auditor-approver", name="许诺", role=Role.APPROVER),
        Player(slug="auditor-lead", name="韩冬", role=Role.LEAD_AUDITOR),
        Player(slug="auditor-reviewer", name="苏敏", role=Role.TECHNICAL_REVIEWER),
        INSPECTOR,
    ),
)
HOUSES = (POWER, CEMENT, AUDITOR)
ENTERPRISES = (POWER, CEMENT)
