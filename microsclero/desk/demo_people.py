"""Who comes to the made-up clinic: names of many scripts, numbers and addresses that belong to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from microsclero.dates import add_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody made up, with all that `patient add` takes."""

    details: dict[str, Any]
    is_woman: bool
    age: int

    @property
    def may_bear_children(self) -> bool:
        return self.is_woman and 20 <= self.age <= 42


# How many of a hundred, women's and men's given names, family names.
_PEOPLES = (
    (
        48,
        "Abigail Alice Amy Beatrice Charlotte Clare Daisy Diane Eleanor Erin Fiona Florence Gemma Georgia Hannah "
        "Harriet Imogen Isla Jasmine Joanne Kathryn Lorna Lucy Maeve Megan Naomi Niamh Olivia Pippa Rhiannon Rosie "
        "Sheila Siân Tamsin Violet Winifred Zoë Zoe",
        "Adam Callum Dylan Edward Finlay George Iain Owain",
        "Ashdown Bexley Carrington Davies Drury Eastwood Fairbairn Finch Gethin Hargreaves Hartley Jessop Kerrigan "
        "Lacey MacAllister Marlowe Nuttall O'Hara O'Neill Penrose Quayle Rowntree Smith Smyth Tregenza Underhill "
        "Whitlock Wynne-Evans",
    ),
    (
        7,
        "Chloé Françoise Inès Léa Mäggie Noémie",
        "Rémi Jérôme",
        "d'Aubigny Lefèvre L'Écuyer Müller Nuñez Saint-Rémy Straßer Weiß",
    ),
    (
        9,
        "Agnieszka Božena Jadwiga Łucja Małgorzata Željka",
        "Łukasz Jiří",
        "Dvořák Gołąb Krzyżanowska Łoś Němcová Šimić Wójcik Żurek",
    ),
    (5, "Çiğdem Ayşe Gülşen İpek Şebnem", "Oğuz", "Çelik Güneş Işık Öztürk Yıldız"),
    (4, "Björk Guðrún Þórunn Åse Solveig", "Søren", "Ångström Bjørnsen Gunnarsdóttir Þorsteinsdóttir"),
    (4, "Nguyệt Phương Thảo Trâm", "Đức", "Đặng Lê Nguyễn Trần"),
    (4, "Ελένη Ιφιγένεια Σοφία Χρυσή", "Νίκος", "Ανδρέου Καλλέργη Παπαδοπούλου Χατζή"),
    (5, "Ганна Ірина Людмила Оксана Юлія", "Тарас", "Вербицька Ковальчук Мельник Щербак"),
    (2, "Նարե Սոնա", "Տիգրան", "Պետրոսյան Սարոյան"),
    (2, "ნინო თამარ", "ლევან", "ბერიძე მაისურაძე"),
    (2, "נועה תמר", "יואב", "כהן לוי"),
    (4, "ليلى مريم نور سلمى", "يوسف", "الخطيب حداد منصور"),
    (2, "پروین شیرین", "بهرام", "تهرانی کاشانی"),
    (4, "अनुराधा दीपा मीरा ललिता", "अर्जुन", "शर्मा मिश्रा जोशी"),
    (2, "অনন্যা শ্রেয়া", "অনির্বাণ", "চট্টোপাধ্যায় সেন"),
    (2, "கமலா மீனா", "முருகன்", "சுப்பிரமணியம் நடராஜன்"),
    (2, "กนกวรรณ สุดา", "สมชาย", "ใจดี วงศ์สวัสดิ์"),
    (4, "静怡 美玲 雅婷 秀英", "伟", "陈 王 欧阳 李"),
    (3, "さくら 陽子 美咲", "健", "佐藤 高橋 渡邉"),
    (3, "지우 수진 혜원", "민준", "김 박 남궁"),
    (2, "ሰላም ትዕግሥት", "ዳዊት", "ተስፋዬ አበበ"),
)
_ALLERGIES = (
    "penicillin [rash]",
    "plasters: redness",
    "nickel",
    "ibuprofen (wheeze)",
    "latex <gloves>",
    "none known",
)
_NOTES = (
    "Prefers afternoons.",
    "Hard of hearing: speak towards the left side.",
    "Wants an interpreter; ring two days before.",
    "Comes by the 09:40 bus; {late} when it rains.",
    "Please write, don't ring: works nights.",
)
_STREETS = ("Example Street", "Nowhere Lane", "Made-Up Mews", "Sample Square")


def people(draw: Random, count: int, today: date) -> Iterator[Person]:
    """So many different people; the same ones for the same `draw`, as old on any day as on another."""
    weights = [share for share, _, _, _ in _PEOPLES]
    names: set[tuple[str, str]] = set()
    while len(names) < count:
        _, women, men, families = draw.choices(_PEOPLES, weights)[0]
        is_woman = draw.random() < 0.85
        given, family = draw.choice((women if is_woman else men).split()), draw.choice(families.split())
        if (given, family) in names:
            continue
        names.add((given, family))
        age = draw.randint(19, 78)
        born_on = add_months(today, -12 * age) - timedelta(days=draw.randint(1, 360))
        yield Person(
            details={"given_name": given, "family_name": family, "born_on": born_on, **_contact(draw, len(names))},
            is_woman=is_woman,
            age=age,
        )


def _contact(draw: Random, place: int) -> dict[str, str]:
    """07700 900 000 to 999 are kept for made-up people, and so is example.org."""
    contact = {"phone": f"07700 900{place:03}"}
    if draw.random() < 0.6:
        contact["email"] = f"made.up.{place}@example.org"
    if draw.random() < 0.3:
        contact["address"] = f"{draw.randint(1, 99)} {draw.choice(_STREETS)}\nAnytown"
    if draw.random() < 0.2:
        contact["gp"] = f"Dr No. {draw.randint(1, 9)}, Made-Up Surgery"
    if draw.random() < 0.15:
        contact["allergies"] = draw.choice(_ALLERGIES)
    if draw.random() < 0.1:
        contact["notes"] = draw.choice(_NOTES)
    return contact
