// The street on a canvas: ground, areas and spots from two GeoJSON addresses; tiles only where a tile server is set.
import L from "leaflet";
import { colour, failed, get, ground, mapIn, whenColoursChange } from "./street-map.js";

const box = document.querySelector("#street-map");

const SHADE = { k0: "--line-2", k1: "--l1", k2: "--l2", k3: "--l3", k4: "--l4", ko: "--l4" };

function marks() {
  const found = {};
  for (const each of document.querySelectorAll("[data-mark]")) found[each.dataset.mark] = each.dataset.shade;
  return found;
}

function card(place) {
  const { name: title } = place.properties;
  const inside = document.createElement("div");
  const head = place.url ? document.createElement("a") : document.createElement("b");
  head.textContent = title;
  if (place.url) head.href = place.url;
  inside.append(head);
  if (place.text) {
    const line = document.createElement("p");
    line.className = "sub";
    line.textContent = place.text;
    inside.append(line);
  }
  return inside;
}

function look(shades) {
  return (place) => {
    const shade = shades[place.properties.kind] || "k0";
    if (shade === "ko") return { radius: 6, weight: 2.25, color: colour("--l4"), fillColor: colour("--paper"), fillOpacity: 1 };
    return { radius: shade === "k0" ? 4 : 4.5, weight: 1, color: colour("--paper"), fillColor: colour(SHADE[shade]), fillOpacity: 1 };
  };
}

async function draw() {
  const [found, places] = await Promise.all([get(box.dataset.areas), get(box.dataset.places)]);
  const map = mapIn(box);
  const base = ground(map, found, (feature) => Boolean(box.dataset.tiles) && feature.properties.kind !== "area");
  const renderer = L.canvas({ padding: 0.3, tolerance: 6 });
  const lookOf = look(marks());
  const spots = L.geoJSON(places, { pointToLayer: (place, at) => L.circleMarker(at, { ...lookOf(place), renderer }), onEachFeature: (place, layer) => layer.bindPopup(() => card(place), { closeButton: false }) }).addTo(map);
  whenColoursChange(() => spots.setStyle(lookOf));
  const edge = base.getBounds().isValid() ? base.getBounds() : spots.getBounds();
  if (edge.isValid()) map.fitBounds(edge, { padding: [12, 12] });
  box.dataset.drawn = "yes";
}

if (box) draw().catch(() => failed(box));
