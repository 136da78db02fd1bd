"""What can be shown on the map of the street; apps register their layers in `AppConfig.ready()`.

    layers.register(Layer(key="shops", title="沿街商铺", marks=(Mark("done", "已有结果", "k3"), …), spots=…, …))

A layer gives rows, not pictures: the same spots are drawn as SVG by the server, on a canvas by Leaflet, and stand in a
list behind `rows_url`. It gets the person who asks and shows nothing outside their areas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shimen.accounts.models import User


@dataclass(frozen=True, slots=True)
class Mark:
    """A kind of spot: its words in the legend and its shade (k0 … k4 as in the style sheet; `ko` is an open red ring)."""

    kind: str
    words: str
    shade: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, in WGS-84 degrees, with what is to be said when it is pointed at."""

    lon: float
    lat: float
    kind: str
    title: str
    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """A view of the map. `finding` says in a sentence, from how many spots of each kind there are, what
    the picture shows for those who do not see it; `facts`
    gives areas, by name, a fact for their plate; `heading` stands over the small map of the overview."""

    key: str
    title: str
    marks: tuple[Mark, ...]
    spots: Callable[[User], Iterable[Spot]]
    finding: Callable[[Mapping[str, int]], str]
    rows_url: Callable[[], str]
    facts: Callable[[User], dict[str, str]] = lambda _: {}
    rows_words: str = "看同样内容的清单"
    place: int = 50
    heading: str = "走访图"


_layers: dict[str, Layer] = {}


def register(*found: Layer) -> None:
    """Offer layers; one with the key of an earlier one takes its place."""
    for layer in found:
        _layers[layer.key] = layer


def every() -> list[Layer]:
    """All layers in the order in which they are offered."""
    return sorted(_layers.values(), key=lambda layer: (layer.place, layer.key))


def find(key: str) -> Layer | None:
    """The layer of that key; the first for no key."""
    if not key:
        return next(iter(every()), None)
    return _layers.get(key)
