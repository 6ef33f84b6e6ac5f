"""The forgery bench in small: drawn by seed, every class found, genuine documents left in peace."""

from accounting.domain.files import danger_of, kind_of
from bench import radar
from bench.radar_forgeries import FORGERS
from bench.radar_forms import KINDS, form_of, issuer_of
from bench.radar_printing import MEDIA, chance_of


def test_every_class_of_forgery_is_found_in_a_small_corpus_and_genuine_documents_are_left_in_peace() -> None:
    result = radar.measure("small", genuine=72, forged=len(FORGERS), tenants=2, months=3)
    assert result.missed == []
    assert result.falsely == []
    assert set(result.found) == set(FORGERS)


def test_no_genuine_document_is_refused_at_the_door() -> None:
    for one in radar.corpus("door", 60, tenants=3, months=2):
        kind = kind_of(MEDIA[one.medium], one.content)
        assert kind is not None, one.medium
        assert danger_of(kind, one.content) is None, one.medium


def test_a_seed_draws_the_same_forms_again_and_another_seed_others() -> None:
    def drawn(seed: str) -> list[object]:
        chance = chance_of(seed)
        return [form_of(chance, kind, issuer_of(chance, kind), "2026-06") for kind in KINDS]

    assert drawn("a") == drawn("a")
    assert drawn("a") != drawn("b")
