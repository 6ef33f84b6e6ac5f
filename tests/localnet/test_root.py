"""The state root depends on the rows and on nothing else."""

from hypothesis import given
from hypothesis import strategies as st
from localnet.root import StateRoot, row_bytes

ROWS = st.lists(st.binary(min_size=1, max_size=20), max_size=8, unique=True)


@given(rows=ROWS, gone=ROWS, order=st.randoms())
def test_order_and_detours_do_not_matter(rows, gone, order):
    straight, detour = StateRoot(), StateRoot()
    for row in rows:
        straight.add(row)
    shuffled = list(rows)
    order.shuffle(shuffled)
    for row in gone:
        detour.add(row)
    for row in shuffled:
        detour.add(row)
    for row in gone:
        detour.remove(row)
    assert detour.digest() == straight.digest()
    assert StateRoot.unpack(detour.pack()).digest() == straight.digest()


@given(rows=ROWS, other=ROWS)
def test_other_rows_give_another_root(rows, other):
    roots = []
    for some in (rows, other):
        root = StateRoot()
        for row in some:
            root.add(row)
        roots.append(root.digest())
    assert (roots[0] == roots[1]) == (set(rows) == set(other))


def test_no_two_rows_share_their_bytes():
    def row(**changed):
        fields = {
            "namespace": "n",
            "key": b"ab",
            "value": b"c",
            "metadata": b"",
            "block": 1,
            "transaction": 2,
        }
        return row_bytes(**fields | changed)

    others = [row(key=b"a", value=b"bc"), row(value=b"", metadata=b"c"), row(block=2), row(transaction=1)]
    assert len({row(), *others}) == 5
