// The visitor's pages: what is written down goes into the phone's own store first and is delivered from there.
// Nothing here is needed: without this script every form posts itself. A record is deleted only when the server has
// answered 200 or 201 with its id; until then it survives reload, closing, a dead battery and an expired session.
const me = document.body.dataset.who;
const STORE = "outbox";
// How long a tap waits for the network before the page moves on; the record is safe either way.
const PATIENCE = 2500;

// ---- the store

let opened;
function database() {
  opened = opened || new Promise((done, fail) => {
    const asked = indexedDB.open("shimen-visits", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function stored(mode, ask) {
  const change = (await database()).transaction(STORE, mode);
  const asked = ask(change.objectStore(STORE));
  return new Promise((done, fail) => {
    change.oncomplete = () => done(asked.result);
    change.onerror = change.onabort = () => fail(change.error);
  });
}

const keep = (record) => stored("readwrite", (store) => store.put(record));
const drop = (id) => stored("readwrite", (store) => store.delete(id));
const waiting = async () => (await stored("readonly", (store) => store.getAll())).sort((a, b) => (a.at < b.at ? -1 : 1));

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// ---- delivery

let reachable = navigator.onLine;
let signedIn = true;

// The visit that a record gives a reason for, "" for every other record.
const aboutVisit = (record) => (/^\/v\/visits\/([^/]+)\/reason\/$/.exec(record.url) || ["", ""])[1];

// Taking a visit back takes along the reasons that still wait for it.
async function takeBack(id) {
  const gone = (await waiting()).filter((record) => record.id === id || aboutVisit(record) === id);
  for (const record of gone) await drop(record.id);
}

// A phone may believe that it is online where nothing comes through: after a while that is no signal either.
const tooLong = () => new Promise((done, fail) => setTimeout(fail, PATIENCE * 3));

async function deliver() {
  // Asked even when nothing waits: the buttons say beforehand whether a visit goes out or stays in the phone.
  const token = await Promise.race([fetch("/v/token/", { cache: "no-store" }), tooLong()]).then((answer) => answer.json());
  reachable = true;
  signedIn = Boolean(token.who);
  const records = await waiting();
  const here = new Set(records.map((record) => record.id));
  let delivered = 0;
  for (const record of records) {
    // Another person's visits are theirs to deliver; the server checks the same again. A reason waits for its visit.
    if (record.who !== token.who || here.has(aboutVisit(record))) continue;
    const answer = await fetch(record.url, {
      method: "POST",
      body: new URLSearchParams(record.body),
      headers: { Accept: "application/json", "X-CSRFToken": token.csrf },
      redirect: "manual",
    });
    const said = await answer.json().catch(() => ({}));
    if ((answer.status === 200 || answer.status === 201) && said.id === record.id) {
      await drop(record.id);
      here.delete(record.id);
      delivered += 1;
    } else if (aboutVisit(record) && (answer.status === 404 || answer.status === 422)) {
      // The visit was taken back meanwhile: there is nothing left to give a reason for.
      await drop(record.id);
    } else if (answer.status === 404 || answer.status === 409 || answer.status === 422) {
      await keep({ ...record, problem: said.error || "服务器没收下，留在手机里" });
    } else {
      break;
    }
  }
  return delivered;
}

// Two tabs must not send the same record side by side. Where there are no locks the server still takes it once.
const alone = (work) =>
  navigator.locks ? navigator.locks.request("shimen-outbox", { ifAvailable: true }, (lock) => lock && work()) : work();

// A network that has just come back may fail once more, and another tab may hold the lock: asked again after 2 s, 4 s …
// at most a minute, while something waits and somebody looks.
const SOON = 2000;
let pause = SOON;
let again = 0;
function later(records) {
  clearTimeout(again);
  if (!navigator.onLine || document.hidden || !records.some((record) => record.who === me && !record.problem)) return;
  again = setTimeout(start, pause);
  pause = Math.min(pause * 2, 60000);
}

let asking;
function flush() {
  asking = asking || alone(deliver)
    .catch(() => {
      reachable = false;
      return 0;
    })
    .then(async (delivered) => {
      asking = null;
      if (delivered) pause = SOON;
      const before = shown;
      const records = await show();
      later(records);
      // Another tab may have delivered what this one showed as waiting.
      return delivered || before.filter((id) => !records.some((record) => record.id === id)).length;
    });
  return asking;
}

// ---- what the page says

const net = document.getElementById("net");
const plain = net && net.innerHTML;

function sentence(records) {
  const mine = records.filter((record) => record.who === me);
  const others = records.filter((record) => record.who !== me);
  const stuck = mine.filter((record) => record.problem).length;
  const rest = mine.length - stuck;
  if (!reachable) return rest ? `没有信号，照常记，${rest} 份存在手机里` : "没有信号，照常记";
  if (!signedIn && records.length) return `${records.length} 份存在手机里，登录后送`;
  if (stuck) return `${stuck} 份没送成，都还在手机里`;
  if (rest) return `正在送，${rest} 份存在手机里`;
  if (others.length) return `手机里有 ${others.length} 份是${others[0].name}记的，由本人登录后送`;
  return "";
}

// The ids that the page last said are waiting.
let shown = [];
async function show() {
  const records = await waiting().catch(() => []);
  shown = records.map((record) => record.id);
  const words = sentence(records);
  if (net) {
    net.classList.toggle("off", Boolean(words));
    if (!words) {
      net.innerHTML = plain;
      const said = net.querySelector("[data-sent]");
      if (said) said.textContent = said.dataset.sent;
    } else {
      net.querySelector("svg").replaceWith(document.getElementById("off").content.cloneNode(true));
      net.querySelector("span").textContent = words;
    }
  }
  const mine = records.filter((record) => record.who === me);
  markDoors(mine);
  markForm(mine);
  listWaiting(mine);
  tellDone(mine);
  dressButtons();
  return records;
}

// Without a signal the buttons say where a visit goes: 存在手机里.
const dressed = new Map();
function dressButtons() {
  document.querySelectorAll("[data-off]").forEach((button) => {
    if (!dressed.has(button)) dressed.set(button, button.innerHTML);
    if (reachable) button.innerHTML = dressed.get(button);
    else button.replaceChildren(document.getElementById("floppy").content.cloneNode(true), button.dataset.off);
  });
}

// A page kept from this morning does not know what was written down since.
function markDoors(mine) {
  const box = document.getElementById("left");
  let marked = 0;
  for (const record of mine) {
    const link = record.door && document.querySelector(`.stops [data-door="${record.door}"]`);
    if (!link) continue;
    marked += 1;
    link.parentNode.classList.add("seen");
    if (link.querySelector(".kept")) continue;
    const tag = document.createElement("span");
    tag.className = "tag y kept";
    tag.textContent = `${record.said}，存在手机里`;
    link.querySelector("div").append(tag);
  }
  const next = document.querySelector(".stops .next");
  if (next && next.classList.contains("seen")) {
    const after = document.querySelector(".stops li:not(.seen)");
    next.classList.remove("next");
    if (after) after.classList.add("next");
  }
  if (box && marked) {
    const left = Math.max(0, box.dataset.left - marked);
    box.querySelector(".big").textContent = left;
    box.querySelector(".s").textContent = `今天 ${box.dataset.all} 家，${box.dataset.all - left} 家已有结果`;
    const tabs = document.querySelectorAll(".seg a");
    tabs[0].textContent = `按路线 ${left}`;
    tabs[1].textContent = `已有结果 ${box.dataset.all - left}`;
    box.querySelector("rect").setAttribute("width", `${100 - (100 * left) / box.dataset.all}%`);
  }
}

// The form of a door, opened again while its visit waits: it says so before anybody writes the same thing twice.
function markForm(mine) {
  const old = document.getElementById("kept-here");
  if (old) old.remove();
  const form = document.getElementById("door");
  const record = form && form.dataset.door && mine.find((one) => one.door === form.dataset.door && one.outcome);
  if (!record) return;
  const box = document.createElement("section");
  box.id = "kept-here";
  box.className = "box tip";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = `${clock(record.at)} 记过“${record.said}”，存在手机里，还没送出。写错了先撤回再记。`;
  const back = document.createElement("button");
  back.className = "btn n";
  back.type = "button";
  back.textContent = "撤回这一份";
  back.onclick = async () => {
    await takeBack(record.id);
    show();
  };
  box.append(words, back);
  form.before(box);
}

// The street's time, as on the receipts, whatever the phone is set to.
const clock = (at) =>
  new Date(at).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hour12: false });

function listWaiting(mine) {
  const list = document.getElementById("rec");
  if (!list) return;
  list.querySelectorAll("[data-wait]").forEach((row) => row.remove());
  const below = document.getElementById("rc");
  if (below) below.hidden = reachable && !mine.length;
  const before = Array.from(list.children).find((row) => !row.querySelector(".ic.r")) || null;
  for (const record of [...mine].reverse()) {
    const row = document.getElementById("waits").content.cloneNode(true).firstElementChild;
    row.dataset.wait = record.id;
    row.querySelector("b").textContent = record.label;
    row.querySelector("time").textContent = clock(record.at);
    if (record.problem) {
      row.querySelector("svg").replaceWith(document.getElementById("stuck").content.cloneNode(true));
      row.querySelector("small").textContent = record.problem;
    }
    row.querySelector("button").onclick = async () => {
      await takeBack(record.id);
      show();
    };
    list.insertBefore(row, before);
  }
  const none = document.getElementById("none");
  if (none) none.hidden = mine.length > 0;
}

// What was just written down and has not been delivered: the same bar as the server's, from the template.
function tellDone(mine) {
  const shape = document.getElementById("did");
  if (!shape) return;
  const old = document.getElementById("did-here");
  if (old) old.remove();
  const id = new URLSearchParams(location.search).get("did");
  const record = mine.find((one) => one.id === id);
  if (!record) return;
  const bar = shape.content.cloneNode(true).firstElementChild;
  bar.id = "did-here";
  bar.querySelector("b").textContent = record.label;
  bar.querySelector("[data-said]").textContent = record.said;
  bar.querySelectorAll("form[data-for]").forEach((form) => {
    if (form.dataset.for !== record.outcome) return form.remove();
    form.action = `/v/visits/${id}/reason/`;
  });
  bar.querySelector("[data-undo]").onclick = async () => {
    await takeBack(id);
    location.replace(record.url);
  };
  shape.after(bar);
}

// ---- writing down

let pressed;
document.addEventListener("click", (event) => {
  const button = event.target.closest && event.target.closest("button");
  if (button && button.form) pressed = button;
});

function recordOf(form, button) {
  const data = new FormData(form);
  if (button && button.name) data.set(button.name, button.value);
  data.delete("csrfmiddlewaretoken");
  const at = new Date().toISOString();
  const id = newId();
  for (const [name, value] of [["id", id], ["visited_at", at], ["who", me], ["keep", "1"]]) data.set(name, value);
  return {
    id, at, who: me, name: document.body.dataset.name, url: new URL(form.action, location).pathname,
    label: form.dataset.kept || data.get("trade_sign"), door: form.dataset.door || "", outcome: data.get("outcome") || "",
    said: (button && (button.dataset.said || button.textContent.trim())) || "",
    body: new URLSearchParams(data).toString(),
  };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!window.indexedDB) return;
  const back = /\/v\/visits\/([^/]+)\/withdraw\/$/.exec(form.action);
  if (back) {
    event.preventDefault();
    await takeBack(back[1]).catch(() => {});
    HTMLFormElement.prototype.submit.call(form);
    return;
  }
  if (!("kept" in form.dataset)) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const record = recordOf(form, event.submitter || pressed);
  try {
    await keep(record);
  } catch (error) {
    // No store (private window, full phone): the form goes as it always could.
    HTMLFormElement.prototype.submit.call(withButton(form, event.submitter || pressed));
    return;
  }
  await Promise.race([flush(), new Promise((done) => setTimeout(done, PATIENCE))]);
  const did = record.url.endsWith("/reason/") ? record.url.split("/").slice(-3)[0] : record.id;
  location.assign(`/v/?did=${did}`);
});

function withButton(form, button) {
  if (button && button.name) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = button.name;
    field.value = button.value;
    form.append(field);
  }
  return form;
}

// The right value is asked only where the shown one is wrong; without a script the fields simply stand there.
function reveal() {
  document.querySelectorAll(".ask").forEach((ask) => {
    ask.querySelector(".right").hidden = !ask.querySelector("input[value='0']").checked;
  });
  const how = document.querySelector(".how");
  if (how) how.hidden = !document.querySelector("[name=solved]").checked;
  // One main action: once something is written, it is the button that writes it down.
  const all = document.querySelector(".btn.tall[name=outcome]");
  const some = document.querySelector(".foot [value=changed]");
  if (!all || !some) return;
  const said = Array.from(new FormData(all.form)).some(
    ([name, value]) => /^(demand|note|p\d-)/.test(name) ? value.trim() : name.startsWith("f-") && value === "0",
  );
  all.classList.toggle("main", !said);
  some.classList.toggle("main", said);
}
document.addEventListener("change", reveal);
document.addEventListener("input", reveal);
reveal();

// ---- being there without a signal

async function prepare() {
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.register("/v/worker.js", { scope: "/v/" });
  if (location.pathname !== "/v/" || !reachable) return;
  const doors = Array.from(document.querySelectorAll(".stops a"), (link) => link.pathname);
  await navigator.serviceWorker.ready;
  registration.active.postMessage({ who: me, pages: ["/v/", "/v/results/", "/v/map/", "/v/receipts/", "/v/new/", ...doors] });
}

async function start() {
  const delivered = await flush();
  if (delivered && document.querySelector("#left, #rec")) location.reload();
}

addEventListener("online", () => {
  reachable = true;
  pause = SOON;
  start();
});
addEventListener("offline", () => {
  reachable = false;
  show();
});
document.addEventListener("visibilitychange", () => document.hidden || start());
addEventListener("pageshow", (event) => {
  document.querySelectorAll("[data-busy]").forEach((form) => delete form.dataset.busy);
  if (event.persisted) start();
});
show();
start();
prepare().catch(() => {});
