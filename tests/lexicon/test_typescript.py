"""The generated files are fresh."""

from lexicon.typescript import GLOSSARY, TYPESCRIPT, glossary, term_kinds, typescript


def test_the_generated_files_in_the_tree_are_what_the_generator_writes():
    assert TYPESCRIPT.read_text("utf-8") == typescript(), "run python -m lexicon.typescript"
    assert GLOSSARY.read_text("utf-8") == glossary(), "run python -m lexicon.typescript"


def test_every_kind_of_term_is_written():
    for kind in term_kinds():
        assert f"export type {kind.__name__} " in typescript()
