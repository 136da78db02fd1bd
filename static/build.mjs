// Builds static/dist from our sources and a few files of node_modules. Run by `make build` with node of the wheel:
//   node static/build.mjs
// The same input gives the same bytes: no dates, no random names (Django's storage adds the hashes).
import { build } from "esbuild";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const HOME = join(ROOT, "static", "dist");
// Built beside and moved in at the end: whoever serves the old files meanwhile finds them whole.
const DIST = `${HOME}.new`;
// Tabler's icons in one file; the package of single drawings has ten thousand files and takes longer to unpack than
// everything else to build.
const DRAWN = JSON.parse(readFileSync(join(ROOT, "node_modules", "@iconify-json", "tabler", "icons.json"), "utf8")).icons;
// What the office's browsers understand: older Chromium builds and in-app browsers.
const TARGET = ["chrome79", "safari13"];

/** Every file below `folder` with one of the extensions, in a fixed order. */
function walk(folder, extensions) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return walk(path, extensions);
      return extensions.includes(extname(entry.name)) ? [path] : [];
    });
}

const NAME = "[\"']([a-z][a-z0-9-]*)[\"']";
const OFFICE_ICON = [new RegExp(`\\{% icon ${NAME}`, "g"), new RegExp(`\\bicon=${NAME}`, "g")];
const PHONE_ICON = [new RegExp(`\\{% phone_icon ${NAME}`, "g")];

// Names that stand in code under another word than `icon`: parts that choose one, and the trial's sign-ins.
const ALWAYS = [
  "alert-triangle", "check", "circle", "circle-check", "circle-dot", "device-mobile", "file-diff", "history",
  "info-circle", "layout-dashboard", "shield-lock", "users",
];

/** The icon names that the files use, sorted. */
function used(files, patterns) {
  const names = new Set();
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    for (const pattern of patterns) for (const match of text.matchAll(pattern)) names.add(match[1]);
  }
  return [...names].sort();
}

/** One <symbol> per icon; the drawing's look (stroke, size) is the page's business. */
function sprite(names) {
  const symbols = names.map((name) => {
    if (!DRAWN[name]) throw new Error(`no icon is called "${name}"`);
    const inner = DRAWN[name].body.replace(/ (?:fill="none"|stroke="currentColor"|stroke-(?:linecap|linejoin|width)="[^"]*")/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });

const common = { bundle: true, minify: true, target: TARGET, legalComments: "none", logLevel: "warning" };
await build({
  ...common,
  entryPoints: {
    "css/office": join(ROOT, "static/css/office.css"),
    "css/visit": join(ROOT, "static/css/visit.css"),
    "css/print": join(ROOT, "static/css/print.css"),
    "css/map": join(ROOT, "static/css/map.css"),
    "js/office": join(ROOT, "static/js/office.js"),
    "js/map": join(ROOT, "static/js/map.js"),
    "js/ground": join(ROOT, "static/js/ground.js"),
  },
  format: "iife",
  loader: { ".png": "empty" }, // Leaflet's marker pictures: we draw circles instead
  outdir: DIST,
  charset: "utf8",
});
const phone = walk(join(ROOT, "static/phone"), [".js", ".css"]);
if (phone.length) {
  await build({ ...common, entryPoints: phone, outbase: join(ROOT, "static"), outdir: DIST, format: "iife", charset: "utf8" });
}
/** The theme "auto" takes the dark values where the system asks for them; each rule stands behind the one it repeats. */
function withAuto(css) {
  const dark = /(?<=^|[},\n])(?:\[data-bs-theme=dark\](?![^{},]*\.carousel)[^{},]*)(?:,body\[[^{}]*)?\{[^{}]*\}/g;
  return css.replace(dark, (rule) => {
    const [selector, body] = [rule.slice(0, rule.indexOf("{")).split(",")[0], rule.slice(rule.indexOf("{"))];
    return `${rule}@media (prefers-color-scheme:dark){${selector.replace("=dark", "=auto")}${body}}`;
  });
}
const office = join(DIST, "css/office.css");
writeFileSync(office, withAuto(readFileSync(office, "utf8")));
cpSync(join(ROOT, "static/mark.svg"), join(DIST, "mark.svg"));

const pages = walk(join(ROOT, "templates"), [".html"]);
const apps = ["shimen", "coverage", "supply", "branches", "grid"].map((app) => join(ROOT, app));
const python = apps.flatMap((app) => walk(app, [".py"]));
writeFileSync(join(DIST, "icons.svg"), sprite([...new Set([...ALWAYS, ...used([...pages, ...python], OFFICE_ICON)])].sort()));
writeFileSync(join(DIST, "phone-icons.svg"), sprite(used(pages, PHONE_ICON)));

rmSync(HOME, { recursive: true, force: true });
renameSync(DIST, HOME);
