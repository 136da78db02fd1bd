// What every map of the street begins with: its ground, the areas' borders and the names, from one GeoJSON address.
import L from "leaflet";

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
export const get = (address) => fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));

/** Calls `paint` when the system turns light or dark: what stands on a canvas has its colours from the moment it was drawn. */
export function whenColoursChange(paint) {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  if (dark.addEventListener) dark.addEventListener("change", paint);
  else dark.addListener(paint);
}

const GROUND = {
  water: () => ({ stroke: false, fillColor: colour("--water"), fillOpacity: 1 }),
  block: () => ({ stroke: false, fillColor: colour("--block"), fillOpacity: 1 }),
  park: () => ({ stroke: false, fillColor: colour("--park"), fillOpacity: 1 }),
  area: () => ({ color: colour("--ink-3"), weight: 1.5, dashArray: "7 3", fill: false }),
  road: () => ({ stroke: false }),
};

/** A road's or an area's name as a text on the map; built from nodes, so nothing is parsed. */
function name(map, at, text, kind) {
  const words = document.createElement("span");
  words.textContent = text;
  L.marker(at, { icon: L.divIcon({ className: `on-map ${kind}`, html: words, iconSize: null }), interactive: false, keyboard: false }).addTo(map);
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

/** A map in `box`; with tiles it needs no ground of ours. */
export function mapIn(box) {
  box.textContent = "";
  const map = L.map(box, { preferCanvas: true, attributionControl: Boolean(box.dataset.tiles), zoomSnap: 0.25, maxZoom: 20, zoomControl: false });
  L.control.zoom({ zoomInTitle: "放大", zoomOutTitle: "缩小" }).addTo(map);
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 20 }).addTo(map);
  return map;
}

/** Draws the ground on a map and returns its layer; `leave` says which features are somebody else's to draw. */
export function ground(map, found, leave = () => false) {
  const order = ["water", "block", "park", "area", "road"];
  const features = found.features.filter((feature) => !leave(feature)).sort((a, b) => order.indexOf(a.properties.kind) - order.indexOf(b.properties.kind));
  const shown = { ...found, features };
  const style = (feature) => GROUND[feature.properties.kind]();
  const base = L.geoJSON(shown, { style, interactive: false }).addTo(map);
  whenColoursChange(() => base.setStyle(style));
  labels(map, shown);
  return base;
}

/** Says that there is no map, where one was to be. */
export function failed(box) {
  const waiting = box.querySelector("[data-waiting]");
  if (waiting) waiting.firstChild.textContent = "地图没有取到。";
}
