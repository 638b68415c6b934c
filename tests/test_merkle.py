"""Canonical bytes and Merkle trees, against published vectors and the definition itself."""

import json
from hashlib import sha256
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import plain_proofs
from workflows.trail import merkle
from workflows.trail.canonical import LARGEST, NotCanonical, canonical
from workflows.trail.growing import Growing
from workflows.trail.tiles import Tree

# The test vectors of Certificate Transparency (RFC 6962): eight entries and the root after each.
ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUSION = {  # (index, size): audit path
    (0, 1): (),
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
CONSISTENCY = {  # (old size, new size): proof
    (1, 1): (),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}
HASHES = [merkle.leaf_hash(entry) for entry in ENTRIES]
LEAVES = [merkle.leaf_hash(str(i).encode()) for i in range(200)]


def defined_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 §2.1 writes it down, with no regard to speed."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + defined_root(leaves[:k]) + defined_root(leaves[k:])).digest()


def test_published_roots() -> None:
    assert merkle.root([]).hex() == sha256().hexdigest()
    for size, root in enumerate(ROOTS, start=1):
        assert merkle.root(HASHES[:size]).hex() == root


@pytest.mark.parametrize(("place", "path"), INCLUSION.items())
def test_published_inclusion_proofs(place: tuple[int, int], path: tuple[str, ...]) -> None:
    index, size = place
    assert [h.hex() for h in plain_proofs.inclusion_proof(HASHES[:size], index)] == list(path)


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCY.items())
def test_published_consistency_proofs(sizes: tuple[int, int], proof: tuple[str, ...]) -> None:
    old, new = sizes
    assert [h.hex() for h in plain_proofs.consistency_proof(HASHES[:new], old)] == list(proof)


def test_a_growing_frontier_has_the_root_of_the_definition() -> None:
    frontier = b""
    for size in range(201):
        assert merkle.root_of(frontier) == merkle.root(LEAVES[:size]) == defined_root(LEAVES[:size])
        assert len(list(merkle.subtrees(size))) * merkle.HASH == len(frontier)
        if size < 200:
            frontier = merkle.grown(frontier, size, LEAVES[size])


@given(st.integers(0, 200), st.integers(0, 200))
def test_many_leaves_at_once_grow_the_same_tree(one: int, other: int) -> None:
    size, end = sorted((one, other))
    frontier = merkle.grown_by(b"", 0, LEAVES[:size])
    assert merkle.root_of(frontier) == defined_root(LEAVES[:size])
    one_by_one = frontier
    for place in range(size, end):
        one_by_one = merkle.grown(one_by_one, place, LEAVES[place])
    assert merkle.grown_by(frontier, size, LEAVES[size:end]) == one_by_one


@given(st.data())
def test_inclusion_is_proven_and_nothing_else_is(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size))
    root, proof = merkle.root(LEAVES[:size]), plain_proofs.inclusion_proof(LEAVES[:size], index)
    assert merkle.includes(root, size, index, LEAVES[index], proof)
    if other != index:
        assert not merkle.includes(root, size, other, LEAVES[index], proof)
        assert not merkle.includes(root, size, index, merkle.leaf_hash(b"other"), proof)
    assert not merkle.includes(root, size, index, LEAVES[index], [*proof, root])
    assert not merkle.includes(b"\0" * 32, size, index, LEAVES[index], proof)


@given(st.data())
def test_a_prefix_is_proven_and_nothing_else_is(data: st.DataObject) -> None:
    new = data.draw(st.integers(0, 200))
    old = data.draw(st.integers(0, new))
    proof = plain_proofs.consistency_proof(LEAVES[:new], old)
    old_root, new_root = merkle.root(LEAVES[:old]), merkle.root(LEAVES[:new])
    assert merkle.extends(old_root, old, new_root, new, proof)
    if old:
        rewritten = merkle.root([b"\1" * 32, *LEAVES[1:old]])
        assert not merkle.extends(rewritten, old, new_root, new, proof)
        assert not merkle.extends(old_root, old, b"\0" * 32, new, proof)
    assert not merkle.extends(old_root, old, new_root, new, [*proof, new_root])


def test_a_tree_has_no_proof_of_what_is_outside() -> None:
    with pytest.raises(IndexError):
        plain_proofs.inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(IndexError):
        plain_proofs.consistency_proof(LEAVES[:3], 4)


# Canonical bytes


def test_canonical_form() -> None:
    value = {"z": [1, True, None], "a": 'tab\t"\\/\x01', "B": {"y": "Ví dụ", "x": ()}}
    assert canonical(value).decode() == (
        '{"B":{"x":[],"y":"Ví dụ"},"a":"tab\\t\\"\\\\/\\u0001","z":[1,true,null]}'
    )


def test_one_spelling_of_vietnamese() -> None:
    assert canonical("Vi\u0301 du\u0323") == canonical("Ví dụ")


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), LARGEST + 1, -LARGEST - 1, {"ví": 1}, {1: 2}, b"x", {"a": {1}}, "\ud800"],
)
def test_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical({"value": value})


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-LARGEST, LARGEST)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text("abcdef", min_size=1, max_size=3), inner)
        ),
        max_leaves=20,
    )
)
def test_canonical_bytes_are_stable(value: object) -> None:
    text = canonical(value)
    assert canonical(json.loads(text)) == text


# An independent library


def shown_by(proof: Any, leaf: bytes = b"") -> list[str]:
    """The hashes of a proof of pymerkle's, but for the leaf that it is about."""
    return sorted(one for one in proof.serialize()["path"] if one != leaf.hex())


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.soak), 41])
def test_pymerkle_makes_the_same_trees_and_proofs(step: int) -> None:
    """Sizes 0 … 600, every one of them in the long form. pymerkle counts leaves from 1."""
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    hashes: list[bytes] = []
    growing = Growing(0, b"")
    stored: dict[tuple[int, int], bytes] = {}
    for size in range(601):
        if size:
            oracle.append_entry(str(size).encode())
            hashes.append(merkle.leaf_hash(str(size).encode()))
            growing.add(hashes[-1:])
            stored.update({(tile.level, tile.n): tile.hash for tile in growing.tiles})
        if size == 0 or size % step:
            continue
        root = oracle.get_root(size)
        assert growing.root == merkle.root(hashes) == root

        def fetch(level: int, first: int, past: int, leaves: Any = tuple(hashes)) -> list[bytes]:
            if level == 0:
                return list(leaves[first:past])
            return [stored[level, n] for n in range(first, past)]

        for index in range(0, size, step):
            proof = Tree(size, fetch).inclusion(index)
            assert proof == plain_proofs.inclusion_proof(hashes, index)
            theirs = oracle.prove_inclusion(index + 1, size)
            assert sorted(one.hex() for one in proof) == shown_by(theirs, hashes[index])
            assert merkle.includes(root, size, index, hashes[index], proof)
        for old in range(1, size, step):
            proof = Tree(size, fetch).consistency(old)
            assert proof == plain_proofs.consistency_proof(hashes, old)
            assert merkle.extends(oracle.get_root(old), old, root, size, proof)
            theirs = oracle.prove_consistency(old, size)
            # Spelt otherwise: each is checked against the roots of the other.
            pymerkle.verify_consistency(merkle.root(hashes[:old]), merkle.root(hashes), theirs)
