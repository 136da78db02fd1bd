// What desktop pages do beyond plain links and forms. Every page works without it.
import htmx from "htmx.org";
import "./find.js";
import "./menu.js";
import "./side.js";
import "./table-keys.js";
import "./file-drop.js";
import "./columns.js";
import "./recognise.js";
import "./said.js";
import "./wide-tables.js";
import "./copy.js";
import "./ticks.js";
import "./minutes.js";

window.htmx = htmx;
