"""The forgery bench in small: drawn by seed, every class found, genuine documents left in peace."""

import pytest

from accounting.domain.files import danger_of, kind_of
from bench import radar
from bench.radar_forgeries import FORGERS, Document
from bench.radar_forms import KINDS, form_of, issuer_of
from bench.radar_printing import MEDIA, chance_of


@pytest.fixture(scope="module")
def genuine() -> list[Document]:
    return radar.corpus("small", 72, tenants=2, months=3)


def test_every_class_of_forgery_is_found_in_a_small_corpus_and_genuine_documents_are_left_in_peace(
    genuine: list[Document],
) -> None:
    result = radar.examined("small", genuine, forged=len(FORGERS))
    assert result.missed == []
    assert result.falsely == []
    assert set(result.found) == set(FORGERS)


def test_no_genuine_document_is_refused_at_the_door(genuine: list[Document]) -> None:
    assert {one.medium for one in genuine} == set(MEDIA)
    for one in genuine:
        kind = kind_of(MEDIA[one.medium], one.content)
        assert kind is not None, one.medium
        assert danger_of(kind, one.content) is None, one.medium


def test_a_seed_draws_the_same_forms_again_and_another_seed_others() -> None:
    def drawn(seed: str) -> list[object]:
        chance = chance_of(seed)
        return [form_of(chance, kind, issuer_of(chance, kind), "2026-06") for kind in KINDS]

    assert drawn("a") == drawn("a")
    assert drawn("a") != drawn("b")
