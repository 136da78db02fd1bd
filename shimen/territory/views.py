"""The map and what it is drawn from."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from shimen.accounts.access import EVERY_WORKER, allow, is_open, scope_of
from shimen.territory import layers
from shimen.territory.models import Area
from shimen.territory.sheet import name_spot, seat
from shimen.web import render


def _layer(request: HttpRequest) -> layers.Layer:
    found = layers.find(request.GET.get("layer", ""))
    if found is None:
        raise Http404
    return found


@allow(*EVERY_WORKER)
@require_GET
def street_map(request: HttpRequest) -> HttpResponse:
    """The whole street to look around in; the same rows stand in a list one click away."""
    layer = _layer(request)
    counted = Counter(spot.kind for spot in layer.spots(request.user))
    rows_url = layer.rows_url()
    context = {
        "layer": layer,
        "layers": [(each.key, each.title) for each in layers.every()],
        "legend": [(mark, counted[mark.kind]) for mark in layer.marks],
        "finding": layer.finding(counted),
        "rows_url": rows_url if is_open(request.user, rows_url) else "",
        "tiles": settings.SHIMEN_TILE_URL,
        "total": counted.total(),
    }
    return render(request, "territory/map.html", context)


@allow(*EVERY_WORKER)
@require_GET
def areas_json(request: HttpRequest) -> JsonResponse:
    """The ground and the areas a person may see, as GeoJSON features; `kind` is block, park, water, road or area."""
    street = request.user.street
    if street is None or scope_of(request.user).street_id is None:
        raise Http404
    ground = [_feature("LineString", road["line"], "road", road["name"]) for road in street.backdrop.get("roads", [])]
    for kind, key in (("water", "water"), ("block", "blocks"), ("park", "parks")):
        shapes = street.backdrop.get(key, [])
        ground += [_feature("Polygon", [shape["ring"]], kind, shape["name"]) for shape in shapes]
    areas = Area.objects.visible_to(request.user).in_order()
    edges = [
        _feature("Polygon", [area.boundary], "area", area.name) | {"id": str(area.pk)}
        for area in areas.standing()
        if len(area.boundary) > 2
    ]
    for feature in edges:
        feature["properties"]["at"] = seat(street.backdrop, feature["geometry"]["coordinates"][0])
    for feature in ground:
        if feature["properties"]["kind"] == "road" and len(feature["geometry"]["coordinates"]) > 1:
            feature["properties"]["at"] = name_spot(feature["geometry"]["coordinates"])
    return _collection([*ground, *edges])


@allow(*EVERY_WORKER)
@require_GET
def places_json(request: HttpRequest) -> JsonResponse:
    """The spots of a layer inside the person's areas, as GeoJSON features."""
    spots = _layer(request).spots(request.user)
    return _collection(
        [
            _feature("Point", [s.lon, s.lat], s.kind, s.title) | {"text": s.text, "url": s.url}
            for s in spots
        ]
    )  # fmt: skip


def _feature(shape: str, coordinates: Any, kind: str, name: str) -> dict[str, Any]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, "name": name}}


def _collection(features: list[dict[str, Any]]) -> JsonResponse:
    answer = JsonResponse({"type": "FeatureCollection", "features": features})
    answer["Cache-Control"] = "private, no-cache"
    return answer
