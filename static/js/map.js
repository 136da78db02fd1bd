// The street on a canvas: ground, areas and spots from two GeoJSON addresses; tiles only where a tile server is set.
import L from "leaflet";

const box = document.querySelector("#street-map");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const get = (address) => fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));

const GROUND = {
  water: () => ({ stroke: false, fillColor: colour("--water"), fillOpacity: 1 }),
  block: () => ({ stroke: false, fillColor: colour("--block"), fillOpacity: 1 }),
  park: () => ({ stroke: false, fillColor: colour("--park"), fillOpacity: 1 }),
  area: () => ({ color: colour("--ink-3"), weight: 1.5, dashArray: "7 3", fill: false }),
  road: () => ({ stroke: false }),
};

const SHADE = { k0: "--line-2", k1: "--l1", k2: "--l2", k3: "--l3", k4: "--l4", ko: "--l4" };

function marks() {
  const found = {};
  for (const each of document.querySelectorAll("[data-mark]")) found[each.dataset.mark] = each.dataset.shade;
  return found;
}

/** A road's or an area's name as a text on the map; built from nodes, so nothing is parsed. */
function name(map, at, text, kind) {
  const words = document.createElement("span");
  words.textContent = text;
  L.marker(at, { icon: L.divIcon({ className: `on-map ${kind}`, html: words, iconSize: null }), interactive: false, keyboard: false }).addTo(map);
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

function spot(shades, renderer) {
  return (place, at) => {
    const shade = shades[place.properties.kind] || "k0";
    const ring = shade === "ko";
    const style = ring
      ? { radius: 6, weight: 2.25, color: colour("--l4"), fillColor: colour("--paper"), fillOpacity: 1 }
      : { radius: shade === "k0" ? 4 : 4.5, weight: 1, color: colour("--paper"), fillColor: colour(SHADE[shade]), fillOpacity: 1 };
    return L.circleMarker(at, { ...style, renderer });
  };
}

function labels(map, ground) {
  const all = ground.features.filter((feature) => feature.properties.name);
  for (const feature of all) {
    const { kind, name: text, at } = feature.properties;
    const line = feature.geometry.coordinates;
    const last = line[line.length - 1];
    const down = kind === "road" && Math.abs(last[1] - line[0][1]) > Math.abs(last[0] - line[0][0]);
    const spot = at ? [at[1], at[0]] : L.geoJSON(feature).getBounds().getCenter();
    name(map, spot, text, down ? "road down" : kind);
  }
}

async function draw() {
  const [ground, places] = await Promise.all([get(box.dataset.areas), get(box.dataset.places)]);
  box.textContent = "";
  const map = L.map(box, { preferCanvas: true, attributionControl: Boolean(box.dataset.tiles), zoomSnap: 0.25, maxZoom: 20, zoomControl: false });
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 20 }).addTo(map);
  const order = ["water", "block", "park", "area", "road"];
  ground.features.sort((a, b) => order.indexOf(a.properties.kind) - order.indexOf(b.properties.kind));
  const shown = box.dataset.tiles ? { ...ground, features: ground.features.filter((f) => f.properties.kind === "area") } : ground;
  const base = L.geoJSON(shown, { style: (feature) => GROUND[feature.properties.kind](), interactive: false }).addTo(map);
  labels(map, shown);
  const renderer = L.canvas({ padding: 0.3, tolerance: 6 });
  const spots = L.geoJSON(places, { pointToLayer: spot(marks(), renderer), onEachFeature: (place, layer) => layer.bindPopup(() => card(place), { closeButton: false }) }).addTo(map);
  const edge = base.getBounds().isValid() ? base.getBounds() : spots.getBounds();
  if (edge.isValid()) map.fitBounds(edge, { padding: [12, 12] });
  box.dataset.drawn = "yes";
}

if (box) {
  draw().catch(() => {
    const waiting = box.querySelector("[data-waiting]");
    if (waiting) waiting.firstChild.textContent = "地图没有取到。";
  });
}
