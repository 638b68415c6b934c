"""Merkle trees as in RFC 6962 §2.1 (the same in RFC 9162): hashes, roots, what a proof holds.

A *frontier* is what a growing tree needs to keep: the roots of its perfect subtrees, largest first,
one for every 1-bit of its size, concatenated (32 bytes each).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256

HASH = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes."""
    frontier = b""
    for size, leaf in enumerate(leaves):
        frontier = grown(frontier, size, leaf)
    return root_of(frontier)


def grown(frontier: bytes, size: int, leaf: bytes) -> bytes:
    """The frontier of a tree of `size` leaves after one more leaf hash."""
    while size & 1:
        leaf = node_hash(frontier[-HASH:], leaf)
        frontier = frontier[:-HASH]
        size >>= 1
    return frontier + leaf


def grown_by(frontier: bytes, size: int, leaves: Sequence[bytes]) -> bytes:
    """The frontier of a tree of `size` leaves after these leaf hashes: `grown` for each of them, but
    level by level."""
    kept = [frontier[i : i + HASH] for i in range(0, len(frontier), HASH)]
    grown_roots: list[bytes] = []  # smallest first
    nodes = list(leaves)
    while nodes:
        if size & 1:
            nodes.insert(0, kept.pop())
        if len(nodes) & 1:
            grown_roots.append(nodes.pop())
        pairs = zip(nodes[::2], nodes[1::2], strict=True)
        nodes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        size >>= 1
    return b"".join(kept) + b"".join(reversed(grown_roots))


def root_of(frontier: bytes) -> bytes:
    """The root of the tree with this frontier."""
    subtrees = [frontier[i : i + HASH] for i in range(0, len(frontier), HASH)]
    if not subtrees:
        return EMPTY_ROOT
    result = subtrees.pop()
    while subtrees:
        result = node_hash(subtrees.pop(), result)
    return result


def subtrees(size: int) -> Iterator[tuple[int, int]]:
    """The perfect subtrees of a tree of `size` leaves, largest first: first leaf, past the last."""
    start = 0
    for bit in range(size.bit_length() - 1, -1, -1):
        if size >> bit & 1:
            yield start, start + (1 << bit)
            start += 1 << bit


Range = tuple[int, int]  # of leaves: the first, past the last


def inclusion_ranges(size: int, index: int) -> list[Range]:
    """Of which stretches of leaves the audit path of leaf `index` holds the roots, bottom up (RFC
    6962 §2.1.1). Raises `IndexError`."""
    if not 0 <= index < size:
        raise IndexError(index)
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that leaf hash `leaf` stands at `index` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def consistency_ranges(size: int, old_size: int) -> list[Range]:
    """Of which stretches of leaves the roots show that the tree of the first `old_size` leaves is a
    prefix (RFC 6962 §2.1.2). Raises `IndexError`."""
    if not 0 <= old_size <= size:
        raise IndexError(old_size)
    if old_size in (0, size):
        return []
    path, start, end = [], 0, size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start:
        path.append((start, end))
    return path[::-1]


def extends(
    old_root: bytes, old_size: int, new_root: bytes, new_size: int, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the new tree only added to the old one (RFC 9162 §2.1.4.2)."""
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old_size < new_size:
        return False
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1
