"""Every refusal speaks in both languages, in three parts, and its places are filled or shown as a dash."""

import string

import pytest
from lexicon.refusals import Refusal, Refused, _texts, by_name, speak, text_of


def test_names_and_texts_are_the_same_set_in_the_same_order():
    assert list(_texts()) == [refusal.value for refusal in Refusal]


@pytest.mark.parametrize("refusal", list(Refusal))
def test_each_refusal_says_what_it_means_and_what_to_do_in_both_languages(refusal):
    text = text_of(refusal)
    assert 400 <= text.status <= 503
    for words, stop in ((text.zh, "。"), (text.en, ".")):
        for part in (words.what, words.meaning, words.action):
            assert part.endswith(stop), part


@pytest.mark.parametrize("refusal", list(Refusal))
def test_both_languages_use_the_same_facts(refusal):
    text = text_of(refusal)
    places = [
        {
            name
            for part in (words.what, words.meaning, words.action)
            for _, name, _, _ in string.Formatter().parse(part)
            if name
        }
        for words in (text.zh, text.en)
    ]
    assert places[0] == places[1]


def test_facts_fill_their_places_and_a_missing_one_reads_as_a_dash():
    zh, en = speak(Refusal.PRICE_OUT_OF_BAND, {"low": 6300})
    assert zh.what == "价格超出涨跌幅（63.00 至 — 碳币/吨）。"
    assert en.what == "The price is outside the band (63.00 to — coin/t)."


def test_amounts_of_coin_are_read_as_coin():
    zh, en = speak(Refusal.BALANCE_TOO_SMALL, {"needed": 493_500_000, "available": "5"})
    assert zh.what == "碳币不足：需要 4,935,000.00，可用 0.05。"
    assert en.what == "Not enough coin: 4,935,000.00 needed, 0.05 there."
    zh, _ = speak(Refusal.PRICE_BELOW_FLOOR, {"floor": "many"})
    assert zh.what == "报价低于底价 many 碳币/吨。"


def test_a_name_from_outside_is_known_or_none():
    assert by_name("exists") is Refusal.EXISTS
    assert by_name("no_such_rule") is None


def test_facts_are_text_or_whole_numbers():
    assert Refused(Refusal.EXISTS, tx="ab", n=1, other=None).facts == {"tx": "ab", "n": 1, "other": "None"}
