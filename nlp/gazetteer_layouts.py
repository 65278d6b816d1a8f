"""Recognises a facility table by its header and reads its lines: our own layout and the public ones.

The public layouts are those of Global Energy Monitor's trackers (one line a unit, phase or segment; licence CC BY 4.0)
and of the Global Power Plant Database (one line a plant; World Resources Institute, CC BY 4.0), by the column names of
their published files of 2021 to 2026. Case, spaces and punctuation of a header do not count.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlp.gazetteer_rows import FACILITY_COLUMNS
from nlp.records import FacilityType

GEM_CREDIT = "Global Energy Monitor, CC BY 4.0"
GPPD_CREDIT = "Global Power Plant Database, World Resources Institute, CC BY 4.0"
_NOTHING = frozenset({"", "--", "-", "n/a", "na", "nan", "none", "null", "tbd", "unknown", "not found", "#n/a"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A public table: by which columns it is known, and which of them say what. Headers are squeezed (`squeeze`)."""

    title: str
    prefix: str  # of the ids it gives, and first word of `source`
    credit: str
    needs: tuple[tuple[str, ...], ...]  # a table is of this layout if it has one column of each group
    name: tuple[str, ...]
    unit_id: tuple[str, ...] = ()  # what tells a works from the others; its units share it
    facility_type: FacilityType | None = None  # None: the columns of `kind` say
    kind: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    countries: tuple[str, ...] = ("countryarea", "country", "countries")
    operator: tuple[str, ...] = ("operator", "operators", "owner", "owners")
    capacity: tuple[str, ...] = ()
    capacity_unit: str | None = None
    factor: float = 1.0  # makes the column's figure one of `capacity_unit`
    by_name: bool = False  # parts with ids of their own are one works if they share its name
    place: tuple[str, ...] = ("city", "location", "localarea", "localareatalukcounty")
    noun: str = ""  # what the works is, put behind a name that does not say


_PLANT_ID = ("gemlocationid", "locationid", "gemplantid", "plantid")
_OTHER_NAMES = ("othernames", "othername", "plantnameother", "plantprojectnameother", "otherenglishnames")
_POWER_OPERATOR = ("operators", "operator", "owners", "owner")
_PROJECT_NAME = ("projectname", "plantname")


def _power(title: str, needs: tuple[tuple[str, ...], ...], kind: FacilityType, noun: str) -> Layout:
    return Layout(
        title=title, prefix="gem", credit=GEM_CREDIT, needs=(("capacitymw", "unitcapacitymw"), *needs),
        name=_PROJECT_NAME, unit_id=_PLANT_ID, facility_type=kind, aliases=_OTHER_NAMES, operator=_POWER_OPERATOR,
        countries=("countryarea", "country", "countryarea1", "countryarea2"), noun=noun,
        place=("city", "city1", "location", "localarea", "localarea1", "localareatalukcounty"),
        capacity=("capacitymw", "unitcapacitymw"), capacity_unit="MW",
    )  # fmt: skip


# In this order: the first whose columns are there is taken.
LAYOUTS: tuple[Layout, ...] = (
    Layout(
        title="Global Power Plant Database", prefix="gppd", credit=GPPD_CREDIT, needs=(("gppdidnr",), ("primaryfuel",)),
        name=("name",), unit_id=("gppdidnr",), kind=("primaryfuel",), countries=("countrylong", "country"),
        operator=("owner",), capacity=("capacitymw",), capacity_unit="MW", place=(), noun="power plant",
    ),
    Layout(
        title="Global Integrated Power Tracker", prefix="gem", credit=GEM_CREDIT,
        needs=(("plantprojectname",), ("type",)), name=("plantprojectname",), unit_id=_PLANT_ID, kind=("type",),
        aliases=_OTHER_NAMES, operator=_POWER_OPERATOR, countries=("countryarea", "country"), noun="power plant",
        place=("city", "localareatalukcounty"), capacity=("capacitymw",), capacity_unit="MW",
    ),
    Layout(
        title="Global Gas and Oil Infrastructure Trackers, pipelines", prefix="gem", credit=GEM_CREDIT,
        needs=(("pipelinename",),), name=("pipelinename",), unit_id=("projectid",), kind=("fuel",), by_name=True,
        aliases=("otherenglishnames", "othernames"), countries=("countries", "countriesorareas", "countriesareas",
        "country", "countryarea", "startcountryorarea", "startcountry", "endcountryorarea", "endcountry"),
        place=(), noun="pipeline",
    ),
    Layout(
        title="Global Gas Infrastructure Tracker, LNG terminals", prefix="gem", credit=GEM_CREDIT,
        needs=(("terminalname",), ("capacityinmtpa", "capacityinbcmy", "capacityunits", "facilitytype")),
        name=("terminalname",), unit_id=("terminalid", "projectid", "comboid"), facility_type="lng_terminal",
        aliases=("othernames", "othername", "otherenglishnames"), capacity=("capacityinmtpa",), capacity_unit="t/y",
        factor=1e6, place=("location", "city"), noun="LNG terminal",
    ),
    Layout(
        title="Global Coal Terminals Tracker", prefix="gem", credit=GEM_CREDIT, needs=(("coalterminalname",),),
        name=("coalterminalname",), unit_id=("gemterminalid", "terminalid"), facility_type="port",
        aliases=("coalterminalnamedetailorother", "parentportname"), place=("location",), noun="coal terminal",
    ),
    Layout(
        title="Global Coal Mine Tracker", prefix="gem", credit=GEM_CREDIT,
        needs=(("minename",), ("gemmineid", "mineid", "coalgrade")), name=("minename",), facility_type="mine",
        unit_id=("gemmineid", "mineid"), aliases=("minenameakas",), place=("cityregency", "city"), noun="mine",
    ),
    Layout(
        title="Global Oil and Gas Extraction Tracker", prefix="gem", credit=GEM_CREDIT,
        needs=(("fueltype", "fuel"), ("productionstartyear", "discoveryyear", "basin", "onshoreoffshore"),
               ("unitname", "projectname", "wikiname")),
        name=("unitname", "projectname", "wikiname"), unit_id=("unitid", "projectid", "fieldid"),
        kind=("fueltype", "fuel"), aliases=("othernames", "alternatenames"), place=(), noun="field",
    ),
    _power("Global Nuclear Power Tracker", (("projectname",), ("reactortype",)), "nuclear_plant",
           "nuclear power plant"),
    _power("Global Hydropower Tracker",
           (("projectname",), ("riverwatercourse", "countryarea1", "binational", "country1")),
           "hydro_dam", "hydropower plant"),
    _power("Global Wind Power Tracker", (("projectname",), ("installationtype",)), "wind_or_solar", "wind farm"),
    _power("Global Solar Power Tracker",
           (("projectname",), ("capacityrating", "solartechnology", "technologytype"), ("phasename",)),
           "wind_or_solar", "solar farm"),
    _power("Global Geothermal Power Tracker", (("projectname",), ("unitname",), ("technology", "type")), "power_plant",
           "geothermal power plant"),
    _power("Global Bioenergy Power Tracker", (("projectname",), ("unitname",), ("fuel1", "fuel", "fuels")),
           "power_plant", "power plant"),
    _power("Global Coal Plant Tracker",
           (("plantname",), ("coaltype", "combustiontechnology", "gemunitphaseid", "coalsource")),
           "power_plant", "power station"),
    _power("Global Oil and Gas Plant Tracker",
           (("plantname",), ("fuel", "fuelclassification", "turbineenginetechnology", "technology", "gemunitid")),
           "power_plant", "power station"),
)  # fmt: skip

# What the columns of `kind` say, by the first word pattern that is in the cell.
_KINDS: tuple[tuple[str, FacilityType, str], ...] = (
    ("nuclear", "nuclear_plant", "nuclear power plant"),
    ("hydro(?!gen)", "hydro_dam", "hydropower plant"),
    ("wind", "wind_or_solar", "wind farm"),
    ("solar", "wind_or_solar", "solar farm"),
)
_LIQUIDS = re.compile(r"ngl|lpg|product|naphtha|gasoline|diesel|ethane|jet")
_SQUEEZED = re.compile(r"[^a-z0-9]+")


def squeeze(header: str) -> str:
    """A column's name without case, spaces and punctuation: "GEM unit/phase ID" gives "gemunitphaseid"."""
    return _SQUEEZED.sub("", header.casefold())


def find_layout(header: Sequence[str]) -> Layout | None:
    """The public layout that a header is of, or None."""
    columns = {squeeze(cell) for cell in header}
    for layout in LAYOUTS:
        if all(columns & set(group) for group in layout.needs):
            return layout
    return None


def is_own_layout(header: Sequence[str]) -> bool:
    """Whether a header is that of nlp/gazetteers/facilities.csv."""
    return set(FACILITY_COLUMNS[:6]) <= {cell.strip() for cell in header}


def told(row: Mapping[str, str], columns: Sequence[str]) -> str:
    """The first of some columns that says something, without the marks that trackers put for "not known"."""
    for column in columns:
        cell = row.get(column, "").strip()
        if cell.casefold() not in _NOTHING:
            return cell
    return ""


def kind_of(layout: Layout, row: Mapping[str, str]) -> tuple[FacilityType, str]:
    """The facility type of a line and the noun for what it is."""
    if layout.facility_type is not None:
        return layout.facility_type, layout.noun
    kind = told(row, layout.kind).casefold()
    if layout.noun == "pipeline":
        if "oil" in kind and "oil product" not in kind:
            return "oil_pipeline", "oil pipeline"
        return ("product_pipeline", "pipeline") if _LIQUIDS.search(kind) else ("gas_pipeline", "gas pipeline")
    if layout.noun == "field":
        if "storage" in told(row, ("status",)).casefold() or told(row, ("status",)).casefold().startswith("ugs"):
            return "storage", "gas storage"
        return ("oil_field", "field") if "oil" in kind else ("gas_field", "field")
    for pattern, facility_type, noun in _KINDS:
        if re.search(pattern, kind):
            return facility_type, noun
    return "power_plant", layout.noun
