"""Sources by their names: whoever reads one can look it up."""

from __future__ import annotations

from microsclero.content.reactions import load_reactions
from microsclero.sources import named_sources


def test_sources_are_named_in_the_order_in_which_they_are_cited() -> None:
    assert named_sources("seed; G8") == "The clinic's patient page; Goldman 1987 (PubMed 3571692)"


def test_an_id_without_a_name_stays_as_it_is() -> None:
    assert named_sources("Good practice; X9") == "Good practice; X9"


def test_every_source_of_the_list_of_reactions_has_a_name() -> None:
    listed = load_reactions()
    cited = {each for effect in listed.effects for each in effect.source.split("; ")}
    assert {each for each in cited if named_sources(each) == each} == set()
