// Drawing on the map of the street: a pin whose degrees stand in two inputs, or a border whose corners stand in a text.
// Inputs and text can be typed into instead; the map follows them.
import L from "leaflet";
import { colour, failed, get, ground, mapIn, whenColoursChange } from "./street-map.js";

const box = document.querySelector("#street-map");
const DIGITS = 7;
const written = (value) => String(Number(value.toFixed(DIGITS)));

function handle(at, kind, title) {
  const icon = L.divIcon({ className: `handle ${kind}`, iconSize: [kind === "pin" ? 22 : 14, kind === "pin" ? 22 : 14] });
  return L.marker(at, { icon, draggable: true, keyboard: false, title, zIndexOffset: kind === "between" ? 0 : 500 });
}

// ---- one place

function pin(map) {
  const [lon, lat] = [document.querySelector("#id_lon"), document.querySelector("#id_lat")];
  let mark = null;
  const typed = () => {
    const at = [Number(lat.value), Number(lon.value)];
    return lat.value && lon.value && at.every(Number.isFinite) ? at : null;
  };
  const put = (at) => {
    if (mark) mark.setLatLng(at);
    else mark = handle(at, "pin", "拖到准确的位置").addTo(map).on("dragend", () => say(mark.getLatLng()));
  };
  const say = (at) => {
    lon.value = written(at.lng);
    lat.value = written(at.lat);
    put(at);
  };
  map.on("click", (event) => say(event.latlng));
  for (const input of [lon, lat]) {
    input.addEventListener("change", () => {
      if (typed()) put(typed());
    });
  }
  if (typed()) {
    put(typed());
    map.setView(typed(), 17, { animate: false });
  }
}

// ---- a border

/** Corners of a text, one per line as longitude, latitude; null while it is something else (pasted GeoJSON). */
function cornersOf(text) {
  const corners = text.split(/[\n;；]+/).filter((line) => line.trim()).map((line) => (line.match(/-?\d+(?:\.\d+)?/g) || []).map(Number));
  return corners.length && corners.every((corner) => corner.length === 2) ? corners.map(([lon, lat]) => L.latLng(lat, lon)) : null;
}

function border(map, text, middle) {
  let corners = cornersOf(text.value) || [];
  const inked = () => ({ color: colour("--blue"), fillColor: colour("--blue") });
  const shape = L.polygon([], { ...inked(), weight: 2.5, fillOpacity: 0.08, interactive: false }).addTo(map);
  whenColoursChange(() => shape.setStyle(inked()));
  const handles = L.layerGroup().addTo(map);

  const say = () => {
    text.value = corners.map((at) => `${written(at.lng)}, ${written(at.lat)}`).join("\n");
    draw();
  };
  const corner = (at, index) => {
    const mark = handle(at, "corner", "拖动移角，双击去掉").addTo(handles);
    mark.on("drag", () => {
      corners[index] = mark.getLatLng();
      shape.setLatLngs(corners);
    });
    mark.on("dragend", say);
    mark.on("dblclick", () => {
      if (corners.length > 3) corners.splice(index, 1);
      say();
    });
  };
  const between = (index) => {
    const [a, b] = [corners[index], corners[(index + 1) % corners.length]];
    const mark = handle(L.latLng((a.lat + b.lat) / 2, (a.lng + b.lng) / 2), "between", "拖动加一个角").addTo(handles);
    mark.on("dragend", () => {
      corners.splice(index + 1, 0, mark.getLatLng());
      say();
    });
  };
  const draw = () => {
    shape.setLatLngs(corners);
    handles.clearLayers();
    corners.forEach(corner);
    if (corners.length > 1) corners.forEach((_, index) => between(index));
  };
  text.addEventListener("change", () => {
    corners = cornersOf(text.value) || corners;
    draw();
  });
  map.doubleClickZoom.disable();
  // An area without a border begins with a square in the middle of what is shown.
  if (!corners.length && middle) {
    const { lat, lng } = middle;
    corners = [[1, -1], [1, 1], [-1, 1], [-1, -1]].map(([north, east]) => L.latLng(lat + north * 0.0008, lng + east * 0.001));
    say();
  }
  draw();
  if (corners.length) map.fitBounds(shape.getBounds().pad(0.15), { animate: false });
}

/** The area at hand is drawn with its handles; with tiles the ground is theirs. */
const drawnElsewhere = ({ id, properties: { kind } }) => (kind === "area" ? id === box.dataset.area : Boolean(box.dataset.tiles));

async function start() {
  const found = await get(box.dataset.areas);
  const map = mapIn(box);
  const base = ground(map, found, drawnElsewhere);
  const edge = base.getBounds();
  if (edge.isValid()) map.fitBounds(edge, { padding: [12, 12], animate: false });
  else map.setView([Number(box.dataset.lat), Number(box.dataset.lon)], 15);
  if (box.dataset.draw === "pin") pin(map);
  else border(map, document.querySelector("[data-ring]"), map.getCenter());
  box.dataset.drawn = "yes";
}

if (box) start().catch(() => failed(box));
