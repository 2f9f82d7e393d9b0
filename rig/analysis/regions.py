"""Which tiles belong together: connected regions of pressed tiles, hop by hop.

On a grid pad one 3-D labelling serves all hops at once; its structure does not connect along time. Any other pad
goes through its neighbour pairs as one sparse graph. Both number regions in the order in which a hop's tiles meet
them. The rule: the same hop always gets the same regions, whatever hops surround it. So live, where hops come one by
one, those that press the same tiles as the one before need not be searched (half of them in the bench's strokes).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rig.analysis.geometry import PadGeometry

_Value = TypeVar("_Value", np.int32, np.float64)

_WITHIN_A_HOP = np.array([np.zeros((3, 3)), np.ones((3, 3)), np.zeros((3, 3))], bool)


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The tiles of all regions of a run of hops, one entry each, hop after hop: the region's own and those around.

    Attributes:
        at: (k,) int64 where in the (h, n) of the hops. channel: (k,) int64 which tile.
        region: (k,) int64 from 0. region_hop: (regions,) int64 row of each region's hop.
    """

    at: NDArray[np.int64]
    channel: NDArray[np.int64]
    region: NDArray[np.int64]
    region_hop: NDArray[np.int64]


class RegionFinder:
    """Finds the regions of hops, and knows those of the hop it was last asked for."""

    def __init__(self, geometry: PadGeometry) -> None:
        self._geometry = geometry
        # The first call imports what takes half a second; here that is before the session, not in its first touch.
        self._last = self._find(np.zeros((1, geometry.n), bool))
        self._last_pressed = bytes(geometry.n)

    def find(self, pressed: NDArray[np.bool_]) -> Cells:
        """The cells of the regions of pressed tiles, (h, n)."""
        if len(pressed) > 1:
            return self._find(pressed)
        now = pressed.tobytes()
        if now != self._last_pressed:
            self._last, self._last_pressed = self._find(pressed), now
        return self._last

    def _find(self, pressed: NDArray[np.bool_]) -> Cells:
        labels = grow_regions(self._geometry, label_regions(self._geometry, pressed)).ravel()
        at = np.flatnonzero(labels)
        hop, channel = np.divmod(at, self._geometry.n)
        region = labels[at].astype(np.int64) - 1
        region_hop = np.zeros(int(region.max(initial=-1)) + 1, np.int64)
        region_hop[region] = hop
        return Cells(at, channel, region, region_hop)


def label_regions(geometry: PadGeometry, pressed: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Regions of touching pressed tiles.

    Args:
        geometry: the pad.
        pressed: (h, n).

    Returns:
        (h, n) region numbers from 1, rising with the hop, never shared by two hops; 0 where nothing presses.
    """
    if geometry.grid is not None:
        return _label_grid(geometry, pressed)
    return _label_graph(geometry.pairs, pressed)


def grow_regions(geometry: PadGeometry, labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Each region with the free tiles around it, (h, n): where the foam carried part of its load.

    A free tile between two regions goes to the later one.
    """
    return np.where(labels > 0, labels, largest_around(geometry, labels))


def bridge_along(geometry: PadGeometry, pressed: NDArray[np.bool_], faint: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Pressed tiles, (h, n), and with them those `faint` ones that lie between two pressed ones, up and down the back.

    A hand that lies lightly leaves a row too faint to count by itself; it is one hand all the same.
    """
    hop, channel = np.divmod(np.flatnonzero(faint & ~pressed), geometry.n)
    row = hop[:, None]
    between = pressed[row, geometry.above[channel]].any(axis=1) & pressed[row, geometry.below[channel]].any(axis=1)
    if not between.any():
        return pressed
    bridged = pressed.copy()
    bridged[hop[between], channel[between]] = True
    return bridged


def largest_around(geometry: PadGeometry, values: NDArray[_Value]) -> NDArray[_Value]:
    """(h, n) the largest of each tile's own value and its neighbours'; values below nought count as nought."""
    if geometry.grid is not None:
        picture = geometry.to_grid(values)
        h, rows, columns = picture.shape
        field = np.zeros((h, rows + 2, columns + 2), values.dtype)
        np.maximum(picture, 0, out=field[:, 1:-1, 1:-1])
        across = np.maximum(np.maximum(field[:, :, :-2], field[:, :, 2:]), field[:, :, 1:-1])
        return geometry.from_grid(np.maximum(np.maximum(across[:, :-2], across[:, 2:]), across[:, 1:-1]))
    largest = np.maximum(values, 0)
    around: NDArray[_Value] = largest.copy()
    for neighbour in geometry.around.T:
        np.maximum(around, largest[:, neighbour], out=around)
    return around


def _label_grid(geometry: PadGeometry, pressed: NDArray[np.bool_]) -> NDArray[np.int32]:
    from scipy import ndimage

    picture = geometry.to_grid(pressed)
    labels = np.empty(picture.shape, np.int32)
    ndimage.label(picture, _WITHIN_A_HOP, output=labels)
    return geometry.from_grid(labels)


def _label_graph(pairs: NDArray[np.int64], pressed: NDArray[np.bool_]) -> NDArray[np.int32]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = pressed.shape[1]
    hop, pair = np.nonzero(pressed[:, pairs[:, 0]] & pressed[:, pairs[:, 1]])
    one, other = hop * n + pairs[pair, 0], hop * n + pairs[pair, 1]
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(pressed.size, pressed.size))
    _, component = connected_components(graph, directed=False)
    # Numbered anew in the order of first appearance: what the graph's own numbering means is not promised.
    inside = component[pressed.ravel()]
    _, first, back = np.unique(inside, return_index=True, return_inverse=True)
    labels = np.zeros(pressed.size, np.int32)
    labels[pressed.ravel()] = np.argsort(np.argsort(first))[back] + 1
    return labels.reshape(pressed.shape)
