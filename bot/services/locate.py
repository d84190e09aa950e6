"""Which city of ours, or which other place, a message means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.insurance.branch import BranchDirectory, City
from bot.insurance.institution import HEAD_OFFICE
from bot.services.load_branches import strip_kind
from bot.services.understanding import Understood
from bot.text.normalise import fold

# "北京路" is a street of another city.
_STREET = r"(?![东南西北中]?[一二三四五]?[路街]|大道|银行)"
_AREA = re.compile(r"[省市县区州盟旗]")
_KIND = re.compile(r"(?:[省市县区旗盟州镇乡]|自治区|地区)$")


@dataclass(frozen=True)
class Place:
    """`cities` of ours that are meant (several: which one is open), `district` inside the one, `province` without a city,
    `elsewhere` where we have nothing, `landmark` a street or a building of an unknown city."""

    cities: tuple[City, ...] = ()
    district: str = ""
    province: str = ""
    elsewhere: str = ""
    landmark: str = ""
    ambiguous: bool = False


def locate(said: Understood, directory: BranchDirectory) -> Place:
    """By the names of our cities and their districts, then by the other places that the message names."""
    text, told = fold(said.text), [fold(each.text or each.value) for each in said.of_type("location")]
    named = _named_cities(text, directory)
    districts = [
        (city, district)
        for city in named or directory.cities
        for district in city.districts
        if _names_district(district, text, told)
    ]
    elsewhere = _elsewhere(told, directory, (*(city.name for city in named), *(each for _, each in districts)))
    if named:
        district = districts[0][1] if districts and len(named) == 1 else ""
        return Place(named, district, elsewhere=elsewhere)
    cities = tuple(dict.fromkeys(city for city, _ in districts))
    if cities:
        district = districts[0][1]
        return Place(cities, district, elsewhere=elsewhere if len(cities) == 1 else "", ambiguous=len(cities) > 1)
    province = next((each.province for each in directory.cities if each.province in text), "")
    if province and not elsewhere:
        return Place(province=province)
    landmark = next(iter(told), "") if not elsewhere else ""
    return Place(province=province, elsewhere=elsewhere, landmark=landmark)


def institution_at(place: str, directory: BranchDirectory) -> str:
    """The code of the institution in whose area a described place is; the head office's where it names none of ours, or several."""
    text = fold(place)
    cities = _named_cities(text, directory) or _only_district(text, directory)
    inside = {city.province for city in cities}
    provinces = {city.province for city in directory.cities if re.search(city.province + _STREET, text)} - inside
    found = {directory.institution_for(city.name, city.province) for city in cities}
    found |= {directory.institution_for(province) for province in provinces}
    return found.pop() if len(found) == 1 else HEAD_OFFICE


def _named_cities(text: str, directory: BranchDirectory) -> tuple[City, ...]:
    return tuple(city for city in directory.cities if re.search(re.escape(city.name) + _STREET, text))


def _only_district(text: str, directory: BranchDirectory) -> tuple[City, ...]:
    """The city of a district that one of ours alone has; before it no other place may stand, whose district it would be."""
    found = [(city, text.index(name)) for city in directory.cities for name in city.districts if name in text]
    if len(found) != 1:
        return ()
    city = found[0][0]
    before = text[: found[0][1]].removeprefix(f"{city.province}省")
    others = directory.places - {city.province, strip_kind(city.province)}
    return () if _AREA.search(before) or any(name in before for name in others) else (city,)


def _names_district(district: str, text: str, told: Iterable[str]) -> bool:
    stem = strip_kind(district)
    return district in text or any(
        stem in place and not re.search(stem + r"[东南西北中]?[路街]", place) for place in told
    )


def _elsewhere(told: Iterable[str], directory: BranchDirectory, ours: Iterable[str]) -> str:
    """The first named town or district that is none of ours."""
    known = [strip_kind(name) for name in ours]
    provinces = {city.province for city in directory.cities}
    for place in told:
        if any(name in place for name in known) or strip_kind(place) in provinces:
            continue
        if strip_kind(place) in directory.places or _KIND.search(place):
            return place
    return ""
